// krait/task/query_regression.hpp: linear functions in context where x and y stand in one token, and one query ends the
// prompt, as theory takes them. arXiv:2509.23779, section 3.
//
//  token   (x_1, y_1)  (x_2, y_2)  ...  (x_N, y_N)  (x_q, 0)      x: N(0, I_d)   y = <w, x>, w: N(0, I_d)
//                                                   predict y_q
#pragma once
#include <krait/task/numbers.hpp>

namespace krait::task {

/// Any number of examples up to the room that a prompt's random numbers have.
template <int Dimensions> struct query_regression {
  static_assert(Dimensions >= 1, "query_regression: the dimensions d of x must be at least 1");
  static constexpr int dimensions = Dimensions, most_examples = 255;

  /// Prompt number `prompt` of (seed, stream): w (d), x (examples + 1, d), y (examples + 1), the query last, with its
  /// answer. The first examples are the same for any number of them.
  static void sample(draw at, std::uint64_t prompt, int examples, float* w, float* x, float* y) {
    const auto own = prompt_numbers::of(at, prompt, static_cast<std::uint64_t>(most_examples + 2) * Dimensions);
    own.normals(0, Dimensions, w);
    own.normals(Dimensions, Dimensions, x + examples * Dimensions);
    own.normals(2 * Dimensions, examples * Dimensions, x);
    for (int i = 0; i <= examples; ++i) y[i] = static_cast<float>(dot(w, x + i * Dimensions, Dimensions));
  }
};

}  // namespace krait::task
