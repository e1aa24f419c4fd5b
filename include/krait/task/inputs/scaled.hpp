// krait/task/inputs/scaled.hpp: x ~ N(0, s^2 I), for evaluations. Published: s = 1/3, 1/2, 2, 3.
#pragma once
#include <krait/task/inputs/standard.hpp>
#include <ratio>

namespace krait::task::inputs {

/// Scale: a std::ratio. Errors grow with its square.
template <class Scale> struct scaled {
  static constexpr std::string_view name = "scaled";
  static constexpr bool query_apart = false;
  static constexpr double scale = static_cast<double>(Scale::num) / Scale::den;
  template <int D> struct frame : standard::frame<D> {
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool query, float* x) const {
      standard::frame<D>::point(numbers, used, i, query, x);
      for (int c = 0; c < used; ++c) x[c] = static_cast<float>(scale * x[c]);
    }
  };
  static double unseen(int i, int d) { return scale * scale * standard::unseen(i, d); }
};

}  // namespace krait::task::inputs
