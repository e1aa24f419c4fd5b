// krait/task/induction_head.hpp: recall of one token. Park et al. 2024 (arXiv:2402.04248), released code.
//
//  position   1    2    3    4   ...   2n-1  2n   2n+1     k: different tokens, one of them q   v: any token but 0
//  target                                         v of q   loss at the query, the last token
//  token      k1   v1   k2   v2  ...   kn    vn   q        q: token 0, or any
#pragma once
#include <cmath>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

struct induction_head_config {
  int vocabulary = 128;      // V
  int pairs = 20;            // n
  bool random_query = true;  // else the query is always token 0
};

template <induction_head_config C = induction_head_config{}> struct induction_head {
  static_assert(C.pairs > 0 && C.pairs <= C.vocabulary,
                "induction_head: keys differ: the pairs must be from 1 to the vocabulary");
  static_assert(C.vocabulary > 1, "induction_head: there must be two tokens at least");
  static constexpr std::string_view name = "induction_head";
  static constexpr int vocabulary = C.vocabulary, pairs = C.pairs, points = 1, tokens = 2 * pairs + 1;

  static int length(extent) { return tokens; }
  static constexpr int question(int) { return 0; }
  static double weight(draw, std::uint64_t, extent) { return 1; }

  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent, std::int32_t* id, std::int32_t* target,
                                      float* weight) {
    const prompt_numbers own = prompt_numbers::of(at, prompt, 3 * pairs + 2);
    int keys[pairs];
    choose(own, vocabulary, pairs, keys);
    int asked = own.below(3 * pairs, pairs);
    if constexpr (!C.random_query) {  // token 0 takes the place of a key, or stays where it is
      for (int k = 0; k < pairs; ++k)
        if (keys[k] == 0) asked = k;
      keys[asked] = 0;
    }
    for (int k = 0; k < pairs; ++k) {
      id[2 * k] = keys[k];
      id[2 * k + 1] = 1 + own.below(2 * pairs + k, vocabulary - 1);
    }
    for (int t = 0; t < tokens; ++t) target[t] = 0, weight[t] = 0;
    id[2 * pairs] = keys[asked];
    target[2 * pairs] = id[2 * asked + 1];
    weight[2 * pairs] = 1;
  }

  /// Who guesses among all possible values: share of wrong answers, and cross-entropy.
  static double chance_error() { return 1 - 1. / (vocabulary - 1); }
  static double chance_loss() { return std::log(vocabulary - 1.); }
};
static_assert(token_task<induction_head<>>);

}  // namespace krait::task
