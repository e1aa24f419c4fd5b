// krait/core/checks.hpp: what a template asks of its arguments, as one sentence at the user's line.
#pragma once
#include <krait/core/layer.hpp>

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

/// L is a layer.
template <class L> struct fits_as_layer {
  static constexpr bool fits = layer<L>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "a layer stands here, and L is none: a layer has in, out, weights, saved, forward, backward and "
                  "initialise, as core/layer.hpp says and layer/rms_norm.hpp shows");
  };
};

}  // namespace krait
