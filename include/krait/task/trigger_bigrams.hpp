// krait/task/trigger_bigrams.hpp: sequences whose bigrams are the world's, but for those that begin with a trigger: of
// triggers and what follows them only the sequence tells. After Bietti et al. 2023 (arXiv:2306.00802), section 3, and
// Wang & Sato 2025 (arXiv:2412.11459), whose sizes are not known: sizes and odds are our own.
//
//  position   1    2    3   ...   T        p(b | a): the world's bigrams, the same in every sequence of a seed;
//  token      z1   z2   z3  ...   zT       a is a trigger with probability `triggers`, and o(a) any token: drawn anew
//  target     z2   z3   z4  ...   z(T+1)   for every sequence
//  after a trigger a: o(a) with probability `faithful`, else, and after any other token, b with p(b | a)
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/task/numbers.hpp>
#include <krait/task/power.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

struct trigger_bigrams_config {
  int vocabulary = 16;    // V
  int length = 64;        // T of the longest sequence; an extent's points say how many tokens one has
  double triggers = .5;   // probability that a token is a trigger, for each token alone
  double faithful = .9;   // probability that what follows a trigger is the sequence's own
  double exponent = 1.5;  // p(b | a) falls with the rank r of b, whose order is a's own, as r^-exponent
};

template <trigger_bigrams_config C = trigger_bigrams_config{}> struct trigger_bigrams {
  static_assert(C.vocabulary > 1, "trigger_bigrams: a vocabulary of one token leaves nothing to predict");
  static_assert(C.length > 1, "trigger_bigrams: a sequence has two tokens at least");
  static_assert(C.triggers > 0 && C.triggers < 1,
                "trigger_bigrams: the probability of a trigger lies between 0 and 1, or nothing is left to find out");
  static_assert(C.faithful > 0 && C.faithful < 1,
                "trigger_bigrams: a trigger is followed by its own token with a probability between 0 and 1; with 1 a "
                "sequence could run in a circle for ever");
  static constexpr std::string_view name = "trigger_bigrams";
  static constexpr int vocabulary = C.vocabulary, tokens = C.length, points = C.length;

  static int length(extent e) { return e.points; }
  static constexpr int question(int token) { return token; }
  static double weight(draw, std::uint64_t, extent e) { return e.points; }

  /// p(b | a) of a seed, whatever the stream.
  struct world {
    double p[vocabulary][vocabulary];
    int likeliest[vocabulary];
    explicit world(std::uint64_t seed) {
      double total = 0, of_rank[vocabulary];
      for (int r = 0; r < vocabulary; ++r) total += of_rank[r] = power(r + 1, -C.exponent);
      const prompt_numbers own{{seed, stream("the world's bigrams"), 0}};
      for (int a = 0; a < vocabulary; ++a) {
        int order[vocabulary];
        choose(own.after(2 * vocabulary * a), vocabulary, vocabulary, order);
        likeliest[a] = order[0];
        for (int r = 0; r < vocabulary; ++r) p[a][order[r]] = of_rank[r] / total;
      }
    }
  };

  /// What a sequence has of its own.
  struct triggers {
    bool is[vocabulary];
    int output[vocabulary];
    triggers(draw at, std::uint64_t prompt) {
      const prompt_numbers own = numbers(at, prompt);
      for (int a = 0; a < vocabulary; ++a)
        is[a] = own.uniform(2 * a) < C.triggers, output[a] = own.below(2 * a + 1, vocabulary);
    }
  };

  static void write(draw at, std::uint64_t prompt, extent e, std::int32_t* id, std::int32_t* target, float* weight) {
    const world known(at.seed);
    const triggers own(at, prompt);
    const prompt_numbers from = numbers(at, prompt).after(2 * vocabulary);
    int token = from.below(0, vocabulary);
    for (int t = 0; t < e.points; ++t) {
      id[t] = token, weight[t] = 1;
      if (own.is[token] && from.uniform(2 * t + 1) < C.faithful)
        token = own.output[token];
      else
        token = one_of(known.p[token], from.uniform(2 * t + 2));
      target[t] = token;
    }
  }

  /// Knows the world and weighs for every token whether it is a trigger, and of what, by what has followed it so far:
  /// the best that can be done in the mean (Bayes). To be fed the sequence, token after token.
  class bayes {
   public:
    explicit bayes(const world& of) : of_(of) {}
    void see(int token) {
      if (last_ >= 0) ++count_[last_][token], ++total_[last_];
      last_ = token;
    }
    /// How often `next` has followed the last token so far.
    int followed(int next) const { return count_[last_][next]; }
    /// The probabilities of what follows the last token, (vocabulary).
    void predict(double* to) const {
      const double* p = of_.p[last_];
      // Odds of "a trigger of b" against "no trigger", over the greatest of them, and the sum of all.
      double odds[vocabulary], greatest = 0;
      for (int b = 0; b < vocabulary; ++b) {
        const int n = count_[last_][b], others = total_[last_] - n;
        odds[b] = std::log(C.triggers / (1 - C.triggers) / vocabulary) + others * std::log(1 - C.faithful) +
                  n * std::log((1 - C.faithful) + C.faithful / p[b]);
        greatest = std::max(greatest, odds[b]);
      }
      const double none = std::exp(-greatest);
      double sum = none;
      for (double& one : odds) sum += one = std::exp(one - greatest);
      const double as_the_world = 1 - C.faithful * (1 - none / sum);
      for (int b = 0; b < vocabulary; ++b) to[b] = as_the_world * p[b] + C.faithful * odds[b] / sum;
    }

   private:
    const world& of_;
    int last_ = -1;
    int count_[vocabulary][vocabulary] = {}, total_[vocabulary] = {};
  };

  /// Who knows the world and looks at no sequence: the world's bigrams, and a trigger of any token.
  static void without_context(const world& of, int token, double* to) {
    bayes fresh(of);
    fresh.see(token);
    fresh.predict(to);
  }

  /// Who guesses among all tokens: share of wrong answers, and cross-entropy.
  static double chance_error() { return 1 - 1. / vocabulary; }
  static double chance_loss() { return std::log(static_cast<double>(vocabulary)); }

 private:
  static prompt_numbers numbers(draw at, std::uint64_t prompt) {
    return prompt_numbers::of(at, prompt, 2 * vocabulary + 2 * tokens + 2);
  }
  static int one_of(const double* p, double until) {
    for (int b = 0; b + 1 < vocabulary; ++b) {
      until -= p[b];
      if (until < 0) return b;
    }
    return vocabulary - 1;
  }
};
static_assert(token_task<trigger_bigrams<>>);

}  // namespace krait::task
