// krait/task/inputs/quadrants.hpp: examples from one random quadrant, the query from any, for evaluations. Garg et al.
// 2022 (arXiv:2208.01066), section 4.2.
#pragma once
#include <cmath>
#include <krait/task/numbers.hpp>
#include <string_view>

namespace krait::task::inputs {

struct random_quadrants {
  static constexpr std::string_view name = "random quadrants";
  static constexpr bool query_apart = true;
  template <int D> struct frame {
    static_assert(D <= 64, "inputs::random_quadrants: a point has 64 coordinates at most");
    static constexpr int point_numbers = D, frame_numbers = 1;
    std::uint64_t signs = 0;
    KRAIT_HOST_DEVICE void draw(const prompt_numbers& numbers) { signs = bits(numbers.at(0)); }
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool query, float* x) const {
      for (int c = 0; c < used; ++c) {
        const float normal = numbers.normal(i * D + c);
        const float size = normal < 0 ? -normal : normal;
        x[c] = query ? normal : (signs >> c & 1) != 0 ? size : -size;
      }
    }
  };
};

}  // namespace krait::task::inputs
