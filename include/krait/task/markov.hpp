// krait/task/markov.hpp: sequences of Markov chains, each of its own transitions, to be predicted in context. Bondaschi
// et al., "From Markov to Laplace" (arXiv:2502.10178), section 2, and released code.
//
//  position   1    2    3   ...   T        x: S symbols; P(x_{i+1} | x_{i-k+1} .. x_i) is a row of P, which is new for
//  token      x1   x2   x3  ...   xT          every sequence, with rows uniform on the simplex: Dirichlet(1, ..., 1)
//  target     x2   x3   x4  ...   x(T+1)   x1 .. xk: uniform; loss at every position
#pragma once
#include <cmath>
#include <krait/core/elementary.hpp>
#include <krait/core/variant.hpp>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

struct markov_config {
  int order = 1;                       // k
  int symbols = 2;                     // S
  int length = 512;                    // T
  double switch_probability = 0;       // above 0: with it a position holds one more symbol, after which P is drawn anew
  variant as = variant::as_described;  // released: the last k symbols of every sequence are 0
};

template <markov_config C = markov_config{}> struct markov {
  static_assert(C.symbols > 1, "markov: an alphabet of one symbol leaves nothing to predict");
  static_assert(C.order > 0, "markov: the order must be at least 1");
  static_assert(C.length > C.order, "markov: the length must be greater than the order");
  static_assert(C.switch_probability >= 0 && C.switch_probability < 1,
                "markov: the probability of a switch must be from 0 to 1");
  static constexpr std::string_view name = C.switch_probability > 0 ? "switching_markov" : "markov";
  static constexpr int order = C.order, symbols = C.symbols, tokens = C.length, points = C.length;
  static constexpr bool switching = C.switch_probability > 0;
  static constexpr int vocabulary = symbols + switching, separator = symbols;
  static constexpr int contexts = [] {
    long all = 1;
    for (int i = 0; i < C.order; ++i)
      if (all < 4096) all *= C.symbols;
    return static_cast<int>(all);
  }();
  static_assert(contexts * symbols <= 4096, "markov: symbols^(order + 1) transitions are too many: 4096 at most");

  static int length(extent) { return tokens; }
  static constexpr int question(int token) { return token; }
  static double weight(draw, std::uint64_t, extent) { return tokens; }

  /// The last symbols, as the number of a row of P; unknown until k have been seen since the beginning or a switch.
  struct context {
    int row = 0, seen = 0;
    KRAIT_HOST_DEVICE bool known() const { return seen >= order; }
    KRAIT_HOST_DEVICE void push(int symbol) {
      if (symbol == separator)
        row = seen = 0;
      else
        row = (row * symbols + symbol) % contexts, ++seen;
    }
  };

  /// What a sequence is drawn from.
  struct chain {
    prompt_numbers own;
    double rows[contexts][symbols], sum[contexts];  // P = rows / sum
    int switches = 0;
    KRAIT_HOST_DEVICE chain(draw at, std::uint64_t prompt)
        : own(prompt_numbers::of(at, prompt, 2 * (tokens + 1) + (switching ? tokens + 2 : 1) * contexts * symbols)) {
      draw_rows();
    }
    KRAIT_HOST_DEVICE double probability(int row, int symbol) const { return rows[row][symbol] / sum[row]; }
    /// To be called with every separator.
    KRAIT_HOST_DEVICE void draw_anew() {
      ++switches;
      draw_rows();
    }
    /// Symbol number i after what is known.
    KRAIT_HOST_DEVICE int next(int i, const context& before) const {
      if (switching && own.uniform(2 * i + 1) < C.switch_probability) return separator;
      if (!before.known()) return own.below(2 * i, symbols);
      double until = own.uniform(2 * i) * sum[before.row];
      for (int s = 0; s + 1 < symbols; ++s) {
        until -= rows[before.row][s];
        if (until < 0) return s;
      }
      return symbols - 1;
    }

   private:
    /// Shares of exponential variables.
    KRAIT_HOST_DEVICE void draw_rows() {
      const prompt_numbers from = own.after(2 * (tokens + 1) + switches * contexts * symbols);
      for (int r = 0; r < contexts; ++r) {
        sum[r] = 0;
        for (int s = 0; s < symbols; ++s) {
          const double u = from.uniform(r * symbols + s);
          rows[r][s] =
              -elementary::log_of_53_bits((std::uint64_t{1} << 53) - static_cast<std::uint64_t>(u * 9007199254740992.));
          sum[r] += rows[r][s];
        }
      }
    }
  };

  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent, std::int32_t* id, std::int32_t* target,
                                      float* weight) {
    chain from(at, prompt);
    context before;
    for (int i = 0; i <= tokens; ++i) {
      int symbol = from.next(i, before);
      if (C.as == variant::as_released && i > tokens - order) symbol = 0;
      before.push(symbol);
      if (switching && symbol == separator) from.draw_anew();
      if (i < tokens) id[i] = symbol, weight[i] = 1;
      if (i > 0) target[i - 1] = symbol;
    }
  }

  /// Knows P: the least loss that there is. To be fed what the sequence holds, symbol after symbol.
  class oracle {
   public:
    oracle(draw at, std::uint64_t prompt) : from_(at, prompt) {}
    void see(int symbol) {
      before_.push(symbol);
      if (switching && symbol == separator) from_.draw_anew();
    }
    /// The probabilities of the next symbol, (vocabulary).
    void predict(double* to) const {
      for (int s = 0; s < symbols; ++s)
        to[s] = (1 - C.switch_probability) * (before_.known() ? from_.probability(before_.row, s) : 1. / symbols);
      if constexpr (switching) to[separator] = C.switch_probability;
    }

   private:
    chain from_;
    context before_;
  };

  /// Counts what followed the same k symbols, plus beta for each: of beta = 1 the best that can be done without P
  /// (Laplace's rule). A switch sets the counts to 0.
  class add_beta {
   public:
    explicit add_beta(double beta = 1) : beta_(beta) {}
    void see(int symbol) {
      if (switching && symbol == separator) {
        *this = add_beta(beta_);
        return;
      }
      if (before_.known()) ++counts_[before_.row][symbol], ++total_[before_.row];
      before_.push(symbol);
    }
    void predict(double* to) const {
      for (int s = 0; s < symbols; ++s)
        to[s] = (1 - C.switch_probability) *
                (before_.known() ? (counts_[before_.row][s] + beta_) / (total_[before_.row] + symbols * beta_)
                                 : 1. / symbols);
      if constexpr (switching) to[separator] = C.switch_probability;
    }

   private:
    double beta_;
    context before_;
    double counts_[contexts][symbols] = {}, total_[contexts] = {};
  };

  /// Who guesses among all symbols: cross-entropy, and share of wrong answers.
  static double chance_error() { return 1 - 1. / vocabulary; }
  static double chance_loss() { return std::log(static_cast<double>(vocabulary)); }
};
static_assert(token_task<markov<>>);

}  // namespace krait::task
