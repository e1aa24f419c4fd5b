// krait/core/checks.hpp: what a template asks of its arguments, as one sentence at the user's line.
#pragma once
#include <concepts>
#include <krait/core/layer.hpp>
#include <type_traits>

namespace krait {

/// For the requires-clause of a template: whether all checks hold; the first one that does not tells its sentence. A
/// check is a struct with
///   static constexpr bool fits
///   template <bool Fits> struct sentence     which holds a static_assert of it
/// The sentence is instantiated where it is told only, so that there is one.
template <class First, class... Rest> constexpr bool all_fit() {
  if constexpr (!First::fits)
    return sizeof(typename First::template sentence<First::fits>) == 0;
  else if constexpr (sizeof...(Rest) > 0)
    return all_fit<Rest...>();
  else
    return true;
}

namespace detail {
/// What a layer is made of, one by one. What needs the others is true while they are missing.
template <class L> struct layer_members {
  static constexpr bool in = requires {
    { L::in } -> std::convertible_to<int>;
  };
  static constexpr bool out = requires {
    { L::out } -> std::convertible_to<int>;
  };
  static constexpr bool weights = requires { typename L::template weights<float>; };
  static constexpr bool saved = requires { typename L::template saved<float, capacity{1, 1}>; };
  static constexpr bool any = in || out || weights;
  static constexpr bool copies = [] {
    if constexpr (weights) return std::is_trivially_copyable_v<typename L::template weights<float>>;
    return true;
  }();
  static constexpr bool forward = [] {
    if constexpr (in && out && weights && saved)
      return requires(any_backend & on, const typename L::template weights<float>& w, rows<const float, L::in> x,
                      rows<float, L::out> y, typename L::template saved<float, capacity{1, 1}>& s) {
        L::forward(on, w, x, y, s);
      };
    return true;
  }();
  static constexpr bool backward = [] {
    if constexpr (in && out && weights && saved)
      return requires(any_backend & on, const typename L::template weights<float>& w, rows<const float, L::in> x,
                      const typename L::template saved<float, capacity{1, 1}>& s, rows<const float, L::out> dy,
                      rows<float, L::in> dx, typename L::template weights<float>& dw) {
        L::backward(on, w, x, s, dy, dx, dw);
      };
    return true;
  }();
  static constexpr bool initialise = [] {
    if constexpr (weights) return requires(typename L::template weights<float> & w, initialiser & at) {
        L::initialise(w, at);
      };
    return true;
  }();
};
}  // namespace detail

/// L is a layer: all of it, as core/layer.hpp says and layer/rms_norm.hpp shows.
template <class L> struct fits_as_layer {
  static constexpr bool fits = layer<L>;
  template <bool Fits> struct sentence {
    using has = detail::layer_members<L>;
    static_assert(Fits || has::any,
                  "a layer stands here, and L is none: a layer has in, out, weights, saved, forward, backward and "
                  "initialise, as core/layer.hpp says and layer/rms_norm.hpp shows");
    static_assert(!has::any || has::in, "a layer stands here, and L has no 'static constexpr int in'");
    static_assert(!has::any || has::out, "a layer stands here, and L has no 'static constexpr int out'");
    static_assert(
        !has::any || has::weights,
        "a layer stands here, and L has no 'template <class T> struct weights' (layer/rms_norm.hpp shows one)");
    static_assert(!has::any || has::saved,
                  "a layer stands here, and L has no 'template <class T, capacity Cap> struct saved', which may be "
                  "empty (layer/rms_norm.hpp shows one)");
    static_assert(has::copies,
                  "a layer stands here, and the weights of L are not trivially copyable: they hold tensors");
    static_assert(
        has::forward,
        "a layer stands here, and L has no 'static void forward(on, weights, x, y, saved)', or one that takes "
        "other things (layer/rms_norm.hpp shows it)");
    static_assert(
        has::backward,
        "a layer stands here, and L has no 'static void backward(on, weights, x, saved, dy, dx, dweights)', or "
        "one that takes other things (layer/rms_norm.hpp shows it)");
    static_assert(
        has::initialise,
        "a layer stands here, and L has no 'static void initialise(weights, initialiser&)', or one that takes "
        "other things (layer/rms_norm.hpp shows it)");
  };
};

}  // namespace krait
