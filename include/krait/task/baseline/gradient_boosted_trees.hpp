// krait/task/baseline/gradient_boosted_trees.hpp: a sum of small trees, each fitted to what is left. Chen & Guestrin
// 2016 (arXiv:1603.02754), section 2 and algorithm 1, with the defaults of xgboost 1.6, which the published study used.
#pragma once
#include <algorithm>
#include <krait/task/baseline/sorted_inputs.hpp>
#include <krait/task/task.hpp>
#include <string_view>
#include <vector>

namespace krait::task::baseline {

struct gradient_boosted_trees_config {
  int trees = 100;
  int depth = 6;
  float rate = .3f;          // shrinks every tree
  float lambda = 1;          // added to the number of examples of a leaf
  float least_examples = 1;  // of a leaf
  float start = .5f;         // the answer before the first tree
  float least_gain = 1e-6f;  // of a split
};

/// Splits by exact greedy search, midway between neighbouring values; of equal gains the lowest coordinate, and the
/// highest threshold. Sums in double, gains and answers in float, as there. No examples: 0.
template <gradient_boosted_trees_config C = gradient_boosted_trees_config{}> struct gradient_boosted_trees {
  static_assert(C.trees > 0 && C.depth > 0 && C.depth <= 16 && C.lambda > 0 && C.rate > 0,
                "baseline::gradient_boosted_trees: trees, lambda and rate must be positive, the depth from 1 to 16");
  static constexpr std::string_view name = "gradient boosting";

  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    fit now(x, examples, dimensions);
    const Scalar* query = x + static_cast<long>(examples) * dimensions;
    std::vector<float> answer(static_cast<std::size_t>(examples), C.start);
    float queried = C.start;
    for (int tree = 0; tree < C.trees; ++tree) {
      for (std::size_t i = 0; i < answer.size(); ++i) now.gradient[i] = answer[i] - static_cast<float>(y[i]);
      now.grow();
      for (std::size_t i = 0; i < answer.size(); ++i) answer[i] += now.nodes[now.node_of[i]].answer;
      queried += now.answer(query);
    }
    return queried;
  }

 private:
  struct node {
    double sum = 0, count = 0;  // of gradients; of examples
    float gain = 0, own_gain = 0, threshold = 0, answer = 0;
    int coordinate = -1;                    // none: a leaf
    std::size_t left = 0;                   // the right one stands after it
    double right_sum = 0, right_count = 0;  // while a coordinate is searched, from its greatest value
    float last = 0;
  };
  struct fit {
    const detail::sorted_inputs inputs;
    std::vector<float> gradient;
    std::vector<std::size_t> node_of;  // where each example has arrived
    std::vector<node> nodes;

    template <class Scalar>
    fit(const Scalar* x, int examples, int dimensions)
        : inputs(x, examples, dimensions),
          gradient(static_cast<std::size_t>(examples)),
          node_of(static_cast<std::size_t>(examples)) {}

    static float gain_of(double sum, double count) { return static_cast<float>(sum * sum / (count + C.lambda)); }
    void finish(node& one) const {
      one.own_gain = gain_of(one.sum, one.count);
      one.answer = static_cast<float>(-one.sum / (one.count + C.lambda)) * C.rate;
    }
    void grow() {
      nodes.assign(1, {});
      std::ranges::fill(node_of, 0);
      for (const float g : gradient) nodes[0].sum += g, ++nodes[0].count;
      finish(nodes[0]);
      for (std::size_t first = 0, depth = 0; depth < C.depth && first < nodes.size(); ++depth) {
        for (int c = 0; c < inputs.dimensions; ++c) search(c, first);
        const std::size_t end = nodes.size();
        for (std::size_t i = first; i < end; ++i) divide(i);
        if (nodes.size() > end) descend(first, end);
        first = end;
      }
    }
    /// Splits of coordinate c, for all nodes from `first` on at once.
    void search(int c, std::size_t first) {
      for (std::size_t i = first; i < nodes.size(); ++i) nodes[i].right_sum = nodes[i].right_count = 0;
      const int* order = inputs.sorted(c);
      const float* value = inputs.column(c);
      for (int k = inputs.examples - 1; k >= 0; --k) {
        const auto example = static_cast<std::size_t>(order[k]);
        if (node_of[example] < first) continue;
        node& at = nodes[node_of[example]];
        const float v = value[example];
        const double count = at.count - at.right_count;
        if (at.right_count > 0 && v != at.last && at.right_count >= C.least_examples && count >= C.least_examples) {
          const float gain =
              gain_of(at.sum - at.right_sum, count) + gain_of(at.right_sum, at.right_count) - at.own_gain;
          if (gain > at.gain) at.gain = gain, at.coordinate = c, at.threshold = (v + at.last) * .5f;
        }
        at.right_sum += gradient[example];
        ++at.right_count;
        at.last = v;
      }
    }
    void divide(std::size_t i) {
      if (nodes[i].gain <= C.least_gain) {
        nodes[i].coordinate = -1;
        return;
      }
      nodes[i].left = nodes.size();
      nodes.resize(nodes.size() + 2);
    }
    void descend(std::size_t first, std::size_t end) {
      for (std::size_t e = 0; e < node_of.size(); ++e) {
        if (node_of[e] < first) continue;
        const node& from = nodes[node_of[e]];
        if (from.coordinate < 0) continue;
        node_of[e] = from.left + !(inputs.column(from.coordinate)[e] < from.threshold);
        nodes[node_of[e]].sum += gradient[e];
        ++nodes[node_of[e]].count;
      }
      for (std::size_t i = end; i < nodes.size(); ++i) finish(nodes[i]);
    }
    template <class Scalar> float answer(const Scalar* query) const {
      std::size_t at = 0;
      while (nodes[at].coordinate >= 0)
        at = nodes[at].left + !(static_cast<float>(query[nodes[at].coordinate]) < nodes[at].threshold);
      return nodes[at].answer;
    }
  };
};
static_assert(prompt_baseline<gradient_boosted_trees<>>);

}  // namespace krait::task::baseline
