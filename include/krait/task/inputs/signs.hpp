// krait/task/inputs/signs.hpp: x uniform among the corners {-1, 1}^d.
#pragma once
#include <krait/task/numbers.hpp>
#include <string_view>

namespace krait::task::inputs {

/// A number a point: its bits are the coordinates.
struct signs {
  static constexpr std::string_view name = "signs";
  static constexpr bool query_apart = false;
  template <int D> struct frame {
    static_assert(D <= 64, "inputs::signs: a point has 64 coordinates at most");
    static constexpr int point_numbers = 1, frame_numbers = 0;
    KRAIT_HOST_DEVICE void draw(const prompt_numbers&) {}
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool, float* x) const {
      const std::uint64_t coins = bits(numbers.at(i));
      for (int c = 0; c < used; ++c) x[c] = (coins >> c & 1) != 0 ? 1.f : -1.f;
    }
  };
};

}  // namespace krait::task::inputs
