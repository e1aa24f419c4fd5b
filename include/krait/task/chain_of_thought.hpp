// krait/task/chain_of_thought.hpp: a network's hidden layer as a step between input and answer. Li et al. 2023
// (arXiv:2305.18869), section 4; Park et al. 2024 (arXiv:2402.04248), section 4.
//
//  position   1    2    3    4    5    6   ...        x: N(0, I_d)   s = max(0, W1 x)   y = <w2, s>
//  target     s1   y1        s2   y2       ...        W1 (k, d): N(0, 2 / k), w2 (k): N(0, 1)
//  token      x1   s1   y1   x2   s2   y2  ...        loss at every x and s: predict what follows
#pragma once
#include <cmath>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

struct chain_of_thought_config {
  int dimensions = 10;  // d
  int points = 101;     // examples a prompt
  int hidden = 8;       // k; published: 4, 8, 16
};

/// Tokens are vectors of max(d, k) and outputs of k; a y is (y, 0, ...) in both. E |s|^2 = E y^2 = d: who says 0 has an
/// error / d of 1 at either. The error after i examples is the mean of the two questions of example i.
template <chain_of_thought_config C = chain_of_thought_config{}> struct chain_of_thought {
  static_assert(C.dimensions > 0 && C.points > 0 && C.hidden > 0,
                "chain_of_thought: dimensions, points and hidden units must be positive");
  static constexpr std::string_view name = "chain_of_thought";
  static constexpr int dimensions = C.dimensions, points = C.points, hidden = C.hidden;
  static constexpr int inputs = dimensions > hidden ? dimensions : hidden, outputs = hidden, tokens = 3 * points;

  static int length(extent e) { return 3 * e.points; }
  static constexpr int question(int token) { return token / 3; }
  static double weight(draw, std::uint64_t, extent e) { return 2. * e.points; }

  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent e, rows<float, inputs> x,
                                      rows<float, outputs> target, float* weight) {
    const prompt_numbers own = prompt_numbers::of(at, prompt, points * dimensions + (dimensions + 1) * hidden);
    const prompt_numbers of_function = own.after(points * dimensions);
    float w1[dimensions][hidden], w2[hidden];  // W1 transposed, without its scale
    for (int c = 0; c < dimensions; ++c) of_function.normals(c * hidden, hidden, w1[c]);
    of_function.normals(dimensions * hidden, hidden, w2);
    for (int i = 0; i < e.points; ++i) {
      float *input = x[3 * i], *step = x[3 * i + 1], *answer = x[3 * i + 2];
      for (int c = 0; c < inputs; ++c) {
        input[c] = step[c] = answer[c] = 0;
      }
      own.normals(i * dimensions, e.dimensions, input);
      double units[hidden] = {};
      for (int c = 0; c < e.dimensions; ++c)
        for (int j = 0; j < hidden; ++j) units[j] += static_cast<double>(w1[c][j]) * input[c];
      for (int j = 0; j < hidden; ++j)
        step[j] = static_cast<float>(units[j] > 0 ? std::sqrt(2. / hidden) * units[j] : 0);
      answer[0] = static_cast<float>(dot(w2, step, hidden));
      for (int j = 0; j < hidden; ++j) {
        target[3 * i][j] = step[j];
        target[3 * i + 1][j] = j == 0 ? answer[0] : 0;
        target[3 * i + 2][j] = 0;
      }
      weight[3 * i] = weight[3 * i + 1] = 1;
      weight[3 * i + 2] = 0;
    }
  }
};
static_assert(sequence_task<chain_of_thought<>>);

}  // namespace krait::task
