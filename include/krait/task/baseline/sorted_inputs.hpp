// krait/task/baseline/sorted_inputs.hpp: examples in the order of each coordinate, as trees want them.
#pragma once
#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace krait::task::baseline::detail {

/// Of examples x (examples, dimensions): columns of values, and for each the numbers of the examples by ascending value
/// (of equal values the earlier example first).
struct sorted_inputs {
  int examples, dimensions;
  std::vector<float> value;  // (dimensions, examples)
  std::vector<int> order;    // (dimensions, examples)

  template <class Scalar>
  sorted_inputs(const Scalar* x, int examples, int dimensions)
      : examples(examples),
        dimensions(dimensions),
        value(static_cast<std::size_t>(examples) * dimensions),
        order(value.size()) {
    std::vector<std::uint64_t> keys(static_cast<std::size_t>(examples));
    for (int c = 0; c < dimensions; ++c) {
      float* column = value.data() + static_cast<std::size_t>(c) * examples;
      for (int i = 0; i < examples; ++i) {
        column[i] = static_cast<float>(x[i * dimensions + c]);
        keys[static_cast<std::size_t>(i)] = ascending(column[i]) << 32 | static_cast<std::uint32_t>(i);
      }
      std::ranges::sort(keys);
      int* places = order.data() + static_cast<std::size_t>(c) * examples;
      for (int i = 0; i < examples; ++i) places[i] = static_cast<int>(keys[static_cast<std::size_t>(i)] & 0xFFFFFFFFu);
    }
  }
  const float* column(int c) const { return value.data() + static_cast<std::size_t>(c) * examples; }
  int* sorted(int c) { return order.data() + static_cast<std::size_t>(c) * examples; }
  const int* sorted(int c) const { return order.data() + static_cast<std::size_t>(c) * examples; }

 private:
  /// A number that is greater for a greater float; -0 and 0 are equal.
  static std::uint64_t ascending(float v) {
    const auto pattern = std::bit_cast<std::uint32_t>(v + 0.f);
    return (pattern >> 31) != 0 ? ~pattern : pattern | 0x80000000u;
  }
};

}  // namespace krait::task::baseline::detail
