// krait/testing/layer_trial.hpp: a layer with weights, a batch, and all that forward and backward make of it.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/aligned.hpp>
#include <krait/core/layer.hpp>
#include <krait/testing/tables.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::testing {

/// Dozens of operations in a row.
template <class T> inline constexpr double layer_tolerance = 8 * tolerance<T>;
inline constexpr double layer_slope_tolerance = 10 * slope_tolerance;

/// Which tokens are masked, and where texts begin.
struct form {
  bool packed, masked;
};
inline constexpr form forms[] = {{false, false}, {true, false}, {false, true}, {true, true}};

/// Weights of a size that lets every part of a layer matter: the same for every scalar.
template <class Weights> void fill_weights(Weights& w) {
  for_each_tensor(w, [](const std::string& name, auto& t) {
    const auto ends = [&](const char* ending) { return name.ends_with(ending); };
    using T = typename std::remove_cvref_t<decltype(t)>::value_type;
    constexpr int columns = std::remove_cvref_t<decltype(t)>::extents[std::remove_cvref_t<decltype(t)>::rank - 1];
    if (ends("A_log"))
      for (int i = 0; i < t.size; ++i)
        t[i] = static_cast<T>(
            static_cast<float>(std::log(1.0 + i % columns) + 0.1 * number(name, static_cast<std::uint64_t>(i))));
    else if (ends("dt_proj.bias"))
      fill(t.values(), name, 0.3, -1);
    else if (std::remove_cvref_t<decltype(t)>::rank == 1)
      fill(t.values(), name, 0.3, ends("bias") ? 0 : 1);
    else
      fill(t.values(), name, 1 / std::sqrt(columns));
  });
}
template <class T, class Weights> std::vector<T> values(const Weights& w) {
  std::vector<T> all;
  for_each_value(w, [&](const auto& t) { all.insert(all.end(), t.values().begin(), t.values().end()); });
  return all;
}

/// A layer with its weights, a batch and all that forward and backward make of it.
template <class T, class L, capacity Cap = capacity{4, 48}> struct trial {
  using layer = L;
  using weights = typename L::template weights<T>;
  array<std::uint8_t> starts, keep;
  sequences of;
  table<T, L::in> x{of, "x"}, dx{of, "dx"};
  table<T, L::out> y{of, "y"}, dy{of, "dy"};
  heap<weights> w = make_heap<weights>(), dw = make_heap<weights>();
  struct memory {
    typename L::template saved<T, Cap> it;
  };
  heap<memory> saved = make_heap<memory>();

  trial(int count, int length, form f = {})
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.2)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.75)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr} {
    fill_weights(*w);
  }
  trial(const trial&) = delete;

  template <class Backend> void forward() { L::forward(on<Backend>(), std::as_const(*w), x.in(), y.out(), saved->it); }
  template <class Backend> void backward() {
    L::backward(on<Backend>(), std::as_const(*w), x.in(), std::as_const(saved->it), dy.in(), dx.out(), *dw);
  }
  template <class Backend> void both() {
    forward<Backend>();
    backward<Backend>();
  }
  /// The seat of tokens [begin, begin + length) of `whole`, without its marks.
  void take(const trial& whole, int begin) {
    for (int t = 0; t < of.tokens(); ++t) {
      std::copy_n(whole.x.in()[begin + t], L::in, x.out()[t]);
      std::copy_n(whole.dy.in()[begin + t], L::out, dy.out()[t]);
    }
  }
};

}  // namespace krait::testing
