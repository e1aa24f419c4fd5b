// krait/task/baseline/regression_tree.hpp: a greedy tree of mean answers. Breiman et al. 1984, "Classification and
// regression trees"; published with depth 4 and without a limit.
#pragma once
#include <krait/task/baseline/sorted_inputs.hpp>
#include <krait/task/task.hpp>
#include <limits>
#include <string_view>
#include <vector>

namespace krait::task::baseline {

struct regression_tree_config {
  int depth = 4;  // 0: no limit
};

/// Each node is split at the coordinate and the threshold, midway between two neighbouring values, that leave the least
/// squares, until its answers are all one or it has one example. Equal gains, up to rounding, are settled by the lowest
/// coordinate and then the lowest threshold; scikit-learn draws the order of coordinates anew at each node, and small
/// nodes always have equal gains. Only the nodes on the query's way are split. No examples: 0.
template <regression_tree_config C = regression_tree_config{}> struct regression_tree {
  static_assert(C.depth >= 0, "baseline::regression_tree: the depth must not be negative");
  static constexpr std::string_view name = C.depth > 0 ? "regression tree" : "greedy tree";

  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    detail::sorted_inputs inputs(x, examples, dimensions);
    const Scalar* query = x + static_cast<long>(examples) * dimensions;
    int n = examples;  // of the node: the first n of each coordinate's order
    for (int depth = 0;; ++depth) {
      double sum = 0, squares = 0;
      for (int k = 0; k < n; ++k) {
        const double answer = y[inputs.sorted(0)[k]];
        sum += answer, squares += answer * answer;
      }
      const double mean = sum / n;
      const bool pure = squares / n - mean * mean <= std::numeric_limits<double>::epsilon();
      if (n < 2 || pure || (C.depth > 0 && depth == C.depth)) return mean;
      const split best = find(inputs, y, n, sum);
      if (best.coordinate < 0) return mean;
      const bool left = static_cast<float>(query[best.coordinate]) <= best.threshold;
      n = keep(inputs, best, left, n);
    }
  }

 private:
  struct split {
    int coordinate = -1;
    double threshold = 0,
           gain = 0;  // gain: sum of (sum of a side)^2 / its size, which is greatest where squares are least
  };
  template <class Scalar> static split find(const detail::sorted_inputs& inputs, const Scalar* y, int n, double sum) {
    constexpr double rounding = 1e-12, same_value = 1e-7;
    split best;
    for (int c = 0; c < inputs.dimensions; ++c) {
      const int* order = inputs.sorted(c);
      const float* value = inputs.column(c);
      double left = 0;
      for (int k = 1; k < n; ++k) {
        left += y[order[k - 1]];
        const double lower = value[order[k - 1]], upper = value[order[k]];
        if (upper <= lower + same_value) continue;
        const double right = sum - left, gain = left * left / k + right * right / (n - k);
        if (best.coordinate >= 0 && gain <= best.gain * (1 + rounding)) continue;
        best = {c, (lower + upper) / 2, gain};
      }
    }
    return best;
  }
  /// Moves the examples of one side to the front of every order, as they are; how many they are.
  static int keep(detail::sorted_inputs& inputs, const split& at, bool left, int n) {
    const float* value = inputs.column(at.coordinate);
    int kept = 0;
    for (int c = 0; c < inputs.dimensions; ++c) {
      int* order = inputs.sorted(c);
      kept = 0;
      for (int k = 0; k < n; ++k) {
        const int example = order[k];
        if ((value[example] <= at.threshold) == left) order[kept++] = example;
      }
    }
    return kept;
  }
};
static_assert(prompt_baseline<regression_tree<>>);

}  // namespace krait::task::baseline
