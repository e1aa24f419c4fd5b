// krait/task/outlier_classification.hpp: binary classification in context where some examples carry an additive outlier
// and a wrong label. One prompt, with relevant patterns mu, irrelevant nu and outliers v*, all orthogonal:
//
//  token   1           2                3        ...  l          l+1 (query)
//  x       mu_a+k nu   mu_b+k nu+k_a v  mu_b+k nu     mu_a+k nu  mu_b+k nu     k: U(-K, K)  k_a: outlier_scale
//  y       +1          rule(-1)         -1            +1         0 (asked: -1)  task (a, b): mu_a -> +1, mu_b -> -1
//
// Training: outliers with probability p_a and labels by chance. Test: outliers with probability alpha, other vectors,
// longer, labels by one of three rules, at chosen places.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/task/outlier/label_rule.hpp>
#include <krait/task/outlier/patterns.hpp>
#include <krait/task/outlier/placement.hpp>
#include <krait/task/outlier/prompts.hpp>
#include <krait/task/outlier/random_lanes.hpp>
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task {
namespace outlier {

/// Which pairs (a, b) are tasks. ring: (i, i + 1), cyclic; all_pairs: every a != b.
enum class coverage { ring, all_pairs };
/// The number of outliers in a prompt: a coin for every example, or always the nearest whole number.
enum class count_rule { independent, fixed };

/// How prompts of one kind are drawn; may be chosen at run time (outlier_classification::check).
struct drawing {
  double outliers = 0;          // probability of an outlier in an example: p_a or alpha, 0 <= outliers < 1
  double irrelevant_scale = 0;  // K: the irrelevant pattern's factor is U(-K, K)
  double outlier_scale = 0;     // kappa_a: the outlier's factor
  double query_outliers = 0;    // probability of an outlier in the query, 0 .. 1; the published setting has none
  count_rule count = count_rule::independent;
  bool balanced = false;  // as many examples of one label as of the other (one more where they are odd)
  coverage tasks = coverage::all_pairs;
  bool operator==(const drawing&) const = default;
};

}  // namespace outlier

/// Everything in units of the patterns' own space; norms and scales have no unit. The published experiments give the
/// sizes, kappa_a and beta; K, K', kappa'_a, |v*| and the coverage are our guesses.
struct outlier_classification_config {
  int dimensions = 30;  // d
  int relevant = 6;     // M1
  int irrelevant = 10;  // M2
  int outliers = 3;     // V: training outliers, and as many in a test
  int examples = 20;    // l, without the query
  outlier::geometry patterns = {};
  outlier::drawing training = {.outliers = .6, .irrelevant_scale = .5, .outlier_scale = 2};
  outlier::drawing test = {.outliers = .5, .irrelevant_scale = 1.2, .outlier_scale = 6};  // alpha, K', kappa'_a
};

namespace detail {
constexpr bool probability(double p) { return p >= 0 && p <= 1; }
}  // namespace detail

template <outlier_classification_config C = outlier_classification_config{}> struct outlier_classification {
  static_assert(C.examples >= 1, "outlier_classification: a prompt needs at least one example");
  static_assert(C.relevant >= 2, "outlier_classification: a task needs two relevant patterns");
  static_assert(C.irrelevant >= 1 && C.outliers >= 1,
                "outlier_classification: there must be an irrelevant pattern and an outlier");
  static_assert(C.relevant + C.irrelevant + C.outliers <= C.dimensions,
                "outlier_classification: relevant + irrelevant + outliers vectors cannot be orthogonal in so few "
                "dimensions");
  static_assert(C.patterns.pattern_norm >= 1 && C.patterns.outlier_norm > 0,
                "outlier_classification: patterns have norm 1 or more, outliers a positive norm");
  static_assert(C.patterns.overlap >= 0 && C.patterns.overlap < 1,
                "outlier_classification: the overlap of outliers with patterns must be in [0, 1)");
  static_assert(detail::probability(C.training.outliers) && detail::probability(C.test.outliers) &&
                    detail::probability(C.training.query_outliers) && detail::probability(C.test.query_outliers),
                "outlier_classification: a probability is outside [0, 1]");
  static_assert(C.training.outliers < 1 && C.test.outliers < 1,
                "outlier_classification: with outliers in all examples there is nothing to learn from: p_a and alpha "
                "must be below 1");
  static_assert(C.training.irrelevant_scale >= 0 && C.training.irrelevant_scale <= .5,
                "outlier_classification: K must be in [0, 1/2] in training");
  static_assert(C.test.irrelevant_scale >= 0, "outlier_classification: K' must not be negative");
  static_assert(C.training.outlier_scale > 0 && C.test.outlier_scale > 0,
                "outlier_classification: the scale of an outlier must be positive");

  static constexpr std::string_view name = "outlier_classification";
  static constexpr outlier_classification_config config = C;
  static constexpr int dimensions = C.dimensions, examples = C.examples, points = C.examples + 1;  // with the query
  static constexpr int relevant = C.relevant, irrelevant = C.irrelevant, outliers = C.outliers;

  template <class T> using patterns = outlier::patterns<T, relevant, irrelevant, outliers, dimensions>;
  template <class T, int Lanes = 1> using prompts = outlier::prompts<T, points, Lanes>;

  /// Number of tasks, and the patterns of task i.
  static constexpr int tasks(outlier::coverage c) {
    return c == outlier::coverage::ring ? relevant : relevant * (relevant - 1);
  }
  static constexpr int positive(outlier::coverage c, int i) {
    return c == outlier::coverage::ring ? i : i / (relevant - 1);
  }
  static constexpr int negative(outlier::coverage c, int i) {
    if (c == outlier::coverage::ring) return (i + 1) % relevant;
    const int a = i / (relevant - 1), b = i % (relevant - 1);
    return b + (b >= a);
  }

  /// Throws option_error where settings chosen at run time are impossible.
  static void check(const outlier::drawing& d) {
    const auto fail = [](const char* what, double value, const char* bounds) {
      throw option_error(fmt::format("outlier_classification: {} is {}: it must be {}", what, value, bounds));
    };
    if (!(d.outliers >= 0 && d.outliers < 1))
      fail("the probability of an outlier", d.outliers, "at least 0 and below 1");
    if (!detail::probability(d.query_outliers))
      fail("the probability of an outlier in the query", d.query_outliers, "from 0 to 1");
    if (!(d.irrelevant_scale >= 0 && std::isfinite(d.irrelevant_scale)))
      fail("the scale K of irrelevant patterns", d.irrelevant_scale, "at least 0");
    if (!(d.outlier_scale > 0 && std::isfinite(d.outlier_scale)))
      fail("the scale of outliers", d.outlier_scale, "above 0");
  }

  /// Prompts first, first + 1, ... of (seed, stream), one a lane: each the same for any number of lanes.
  template <outlier::label_rule Rule = outlier::random_label, outlier::placement Place = outlier::anywhere, class T,
            int Lanes>
  static void sample(draw at, std::uint64_t first, const outlier::drawing& d, prompts<T, Lanes>& to) {
    constexpr std::uint64_t room = 2 * points;  // addresses a prompt
    outlier::random_words<Lanes> words;
    const auto draw_words = [&](int i) {
      outlier::draw_lanes<Lanes>(at, first * room + static_cast<std::uint64_t>(i), room, words);
    };
    const T K = static_cast<T>(d.irrelevant_scale), scale = static_cast<T>(d.outlier_scale);
    const auto below_share = [](double share) { return static_cast<std::uint64_t>(std::llround(share * 0x1p32)); };
    const std::uint64_t often = below_share(d.outliers), often_query = below_share(d.query_outliers);

    draw_words(0);
    for (int l = 0; l < Lanes; ++l) {
      const std::uint32_t w0 = words.word[0][l], w1 = words.word[1][l], w2 = words.word[2][l], w3 = words.word[3][l];
      const int task = outlier::below(w0, static_cast<std::uint32_t>(tasks(d.tasks)));
      const int a = positive(d.tasks, task), b = negative(d.tasks, task);
      to.positive[l] = a, to.negative[l] = b;
      const bool plus = (w1 & 1u) != 0;
      to.z[l] = plus ? T(1) : T(-1);
      to.relevant[examples][l] = plus ? a : b;
      to.irrelevant[examples][l] = relevant + outlier::below(w2, irrelevant);
      to.irrelevant_scale[examples][l] = outlier::symmetric(w1, K);
      const std::uint32_t turned = w3 * 0x9E3779B1u;  // which outlier: not from the bits that say whether
      to.outlier[examples][l] = relevant + irrelevant + outlier::below(turned, outliers);
      to.outlier_scale[examples][l] = w3 < often_query ? scale : T(0);
      to.y[examples][l] = 0;
    }
    constexpr bool placed = outlier::fixed_placement<Place>;
    const bool fixed = d.count == outlier::count_rule::fixed;
    for (int i = 0; i < examples; ++i) {
      draw_words(1 + i);
      for (int l = 0; l < Lanes; ++l) {
        const std::uint32_t w0 = words.word[0][l], w1 = words.word[1][l], w2 = words.word[2][l], w3 = words.word[3][l];
        const bool plus = (w0 & 1u) != 0;
        to.relevant[i][l] = plus ? to.positive[l] : to.negative[l];
        to.irrelevant[i][l] = relevant + outlier::below(w2, irrelevant);
        to.irrelevant_scale[i][l] = outlier::symmetric(w0, K);
        to.outlier[i][l] = relevant + irrelevant + outlier::below(w3, outliers);
        to.outlier_scale[i][l] = w1 < often ? scale : T(0);
        to.y[i][l] = (w0 & 2u) != 0 ? T(1) : T(-1);  // the coin, for the rule below
      }
    }
    if (placed || fixed || d.balanced) arrange<Place>(d, to, draw_words, words);
    for (int i = 0; i < examples; ++i)
      for (int l = 0; l < Lanes; ++l) {
        const T truth = to.relevant[i][l] == to.positive[l] ? T(1) : T(-1);
        to.y[i][l] = to.outlier_scale[i][l] != T(0) ? Rule::label(truth, to.y[i][l]) : truth;
      }
  }

  /// A training prompt as dense rows: x (points, dimensions), y (points) with the query's label last; of a smaller
  /// extent, the last examples and the first coordinates.
  static void sample(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
    static const patterns<float> all(C.patterns);
    prompts<float> one;
    sample(at, prompt, C.training, one);
    for (int p = 0; p < e.points; ++p) {
      const int token = points - e.points + p;
      one.write_x(all, token, x + p * dimensions);
      std::fill(x + p * dimensions + e.dimensions, x + (p + 1) * dimensions, 0.f);
      y[p] = token == examples ? one.z[0] : one.y[token][0];
    }
  }

 private:
  /// Outliers at their places or in their number, and balanced labels: drawn one after another without replacement.
  template <class Place, class T, int Lanes, class Draw>
  static void arrange(const outlier::drawing& d, prompts<T, Lanes>& to, Draw& draw_words,
                      const outlier::random_words<Lanes>& words) {
    const bool fixed = d.count == outlier::count_rule::fixed;
    std::int32_t count[Lanes], plus[Lanes];
    for (int l = 0; l < Lanes; ++l) {
      count[l] = fixed ? static_cast<std::int32_t>(std::lround(d.outliers * examples)) : 0;
      plus[l] = examples / 2 + (examples % 2 != 0 && to.y[0][l] > 0);  // y: still a coin
      if (!fixed)
        for (int i = 0; i < examples; ++i) count[l] += to.outlier_scale[i][l] != T(0);
    }
    for (int i = 0; i < examples; ++i) {
      draw_words(points + 1 + i);
      for (int l = 0; l < Lanes; ++l) {
        const auto left = static_cast<std::uint32_t>(examples - i);
        if (d.balanced) {
          const bool take = outlier::below(words.word[0][l], left) < plus[l];
          plus[l] -= take;
          to.relevant[i][l] = take ? to.positive[l] : to.negative[l];
        }
        bool take = to.outlier_scale[i][l] != T(0);
        if constexpr (outlier::fixed_placement<Place>) {
          take = Place::takes(i, count[l], examples);
        } else if (fixed) {
          take = outlier::below(words.word[1][l], left) < count[l];
          count[l] -= take;
        }
        to.outlier_scale[i][l] = take ? static_cast<T>(d.outlier_scale) : T(0);
      }
    }
  }
};
static_assert(prompt_task<outlier_classification<>>);

}  // namespace krait::task
