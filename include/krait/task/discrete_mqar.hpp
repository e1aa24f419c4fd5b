// krait/task/discrete_mqar.hpp: recall of many tokens. Arora et al. 2023 (arXiv:2312.04927), section 4 and released
// code.
//
//  position   1    2    3    4   5   6   7   8   9   10  11  12  13  14     two pairs, 14 tokens, no filling
//  target                                7                       8          loss at queries: the value of each one's
//  key token      2    8    4    7   0   0   4   0   0   0   0   0   2   0      keys 1 .. V/2 - 1, values V/2 .. V - 1
#pragma once
#include <cmath>
#include <krait/task/numbers.hpp>
#include <krait/task/power.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

/// What stands after the pairs where no query does.
enum class filling {
  vocabulary,  // any token, as the released code does by default: keys and values recur without a question
  zero
};

struct discrete_mqar_config {
  int vocabulary = 8192;  // V
  int length = 64;        // L tokens, even
  int pairs = 4;          // n; published with these L: 4 of 64, 8 of 128, 16 of 256
  double power = .01;     // a: a gap of 2 j tokens has weight (j + 1)^(a - 1); 1: all alike
  filling fill = filling::vocabulary;
};

/// Every key is asked once; gaps are drawn one after another, without putting back.
template <discrete_mqar_config C = discrete_mqar_config{}> struct discrete_mqar {
  static_assert(C.length % 2 == 0, "discrete_mqar: the length must be even");
  static_assert(C.pairs > 0 && 4 * C.pairs <= C.length,
                "discrete_mqar: pairs and their queries do not fit in the length: 4 pairs <= length");
  static_assert(C.vocabulary / 2 - 1 >= C.pairs, "discrete_mqar: keys differ: V / 2 - 1 must be at least the pairs");
  static_assert(C.power > 0, "discrete_mqar: the power must be positive");
  static constexpr std::string_view name = "discrete_mqar";
  static constexpr int vocabulary = C.vocabulary, pairs = C.pairs, points = 1, tokens = C.length;
  static constexpr int gaps = (C.length - 2 * C.pairs) / 2;

  static int length(extent) { return tokens; }
  /// Who asks whom is not told by the place: all questions of a prompt are one.
  static constexpr int question(int) { return 0; }
  static double weight(draw, std::uint64_t, extent) { return pairs; }

  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent, std::int32_t* id, std::int32_t* target,
                                      float* weight) {
    constexpr int smallest_value = vocabulary / 2;
    const prompt_numbers own = prompt_numbers::of(at, prompt, 5 * pairs + tokens);
    int keys[pairs], values[pairs];
    choose(own, smallest_value - 1, pairs, keys);
    choose(own.after(2 * pairs), vocabulary - smallest_value, pairs, values);
    for (int k = 0; k < pairs; ++k) {
      id[2 * k] = 1 + keys[k];
      id[2 * k + 1] = smallest_value + values[k];
    }
    for (int t = 0; t < tokens; ++t) target[t] = 0, weight[t] = 0;
    for (int t = 2 * pairs; t < tokens; ++t)
      id[t] = C.fill == filling::vocabulary ? own.below(5 * pairs + t, vocabulary) : 0;
    constexpr gap_weights weights = weights_of_gaps();
    double left[gaps], total = 0;
    for (int g = 0; g < gaps; ++g) left[g] = weights.of[g], total += left[g];
    for (int k = 0; k < pairs; ++k) {
      const int gap = take(left, total, own.uniform(4 * pairs + k));
      const int t = 2 * pairs + 2 * gap;
      id[t] = id[2 * k];
      target[t] = id[2 * k + 1];
      weight[t] = 1;
      total -= left[gap];
      left[gap] = 0;
    }
  }

  /// Who knows the values and not which belongs to which key: share of wrong answers, and cross-entropy.
  static double chance_error() { return 1 - 1. / pairs; }
  static double chance_loss() { return std::log(static_cast<double>(pairs)); }

 private:
  struct gap_weights {
    double of[gaps];
  };
  KRAIT_HOST_DEVICE static constexpr gap_weights weights_of_gaps() {
    gap_weights all{};
    for (int g = 0; g < gaps; ++g) all.of[g] = power(g + 1, C.power - 1);
    return all;
  }
  /// The gap at which the weights that are left pass `share` of their total.
  KRAIT_HOST_DEVICE static int take(const double* left, double total, double share) {
    double until = share * total;
    int last = 0;
    for (int g = 0; g < gaps; ++g) {
      if (left[g] == 0) continue;
      last = g;
      until -= left[g];
      if (until < 0) break;
    }
    return last;  // (or the last that is left, where rounding left nothing over)
  }
};
static_assert(token_task<discrete_mqar<>>);

}  // namespace krait::task
