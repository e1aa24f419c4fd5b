// krait/task/baseline/nearest_neighbours.hpp: the mean answer of the k nearest examples. Published: k = 3, all alike.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/task/task.hpp>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::task::baseline {

struct nearest_neighbours_config {
  int neighbours = 3;
  bool by_distance = false;  // weights 1 / distance; examples at the query itself then answer alone
};

/// Euclidean distances; of two at the same distance the earlier example is nearer. No examples: 0.
template <nearest_neighbours_config C = nearest_neighbours_config{}> struct nearest_neighbours {
  static_assert(C.neighbours > 0, "baseline::nearest_neighbours: there must be a neighbour at least");
  static constexpr std::string_view name = "nearest neighbours";
  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    const Scalar* query = x + static_cast<long>(examples) * dimensions;
    std::vector<std::pair<double, int>> all(static_cast<std::size_t>(examples));
    for (int i = 0; i < examples; ++i) {
      double squares = 0;
      for (int c = 0; c < dimensions; ++c) {
        const double off = static_cast<double>(x[i * dimensions + c]) - query[c];
        squares += off * off;
      }
      all[static_cast<std::size_t>(i)] = {squares, i};
    }
    const auto end = all.begin() + std::min(C.neighbours, examples);
    std::partial_sort(all.begin(), end, all.end());
    const bool exact = C.by_distance && all.front().first == 0;
    double sum = 0, weights = 0;
    for (auto one = all.begin(); one != end; ++one) {
      if (exact && one->first > 0) break;
      const double weight = C.by_distance && !exact ? 1 / std::sqrt(one->first) : 1;
      sum += weight * y[one->second];
      weights += weight;
    }
    return sum / weights;
  }
};
static_assert(prompt_baseline<nearest_neighbours<>>);

}  // namespace krait::task::baseline
