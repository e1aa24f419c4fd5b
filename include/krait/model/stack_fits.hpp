// krait/model/stack_fits.hpp: what a model asks of its layers and of its last norm, as one sentence at the user's line.
#pragma once
#include <krait/core/checks.hpp>

namespace krait::model::detail {

template <class Layers> struct stack_keeps_its_width {
  static constexpr bool fits = Layers::in == Layers::out;
  template <bool, int In = Layers::in, int Out = Layers::out> struct sentence {
    static_assert(In == Out, "model: its layers take In features and put out Out, which must be as many");
  };
};
template <class Layers, class Norm> struct norm_has_that_width {
  static constexpr bool fits = Norm::in == Layers::out && Norm::out == Layers::out;
  template <bool, int Width = Layers::out, int In = Norm::in, int Out = Norm::out> struct sentence {
    static_assert(Width == In, "model: its layers put out Width features, and its last norm takes In");
    static_assert(Width != In || In == Out, "model: its last norm takes In features and puts out Out");
  };
};

template <class Layers, class Norm> constexpr bool stack_fits() {
  if constexpr (all_fit<fits_as_layer<Layers>, fits_as_layer<Norm>>())
    return all_fit<stack_keeps_its_width<Layers>, norm_has_that_width<Layers, Norm>>();
  return false;
}

}  // namespace krait::model::detail
