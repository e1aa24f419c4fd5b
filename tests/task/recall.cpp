// tests/task/recall.cpp: prompts that ask for what stood in them: vectors and tokens; and a chain of thought.
#define BOOST_TEST_MODULE task_recall
#include <boost/test/unit_test.hpp>
#include <krait/task/chain_of_thought.hpp>
#include <krait/task/discrete_mqar.hpp>
#include <krait/task/induction_head.hpp>
#include <krait/task/mqar.hpp>
#include <map>
#include <numeric>
#include <set>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 5, pairs = 6, queries = 3;
using vectors = task::mqar<task::mqar_config{.dimensions = d, .pairs = pairs, .queries = queries}>;
using released =
    task::mqar<task::mqar_config{.dimensions = d, .pairs = pairs, .queries = 1, .as = variant::as_released}>;

bool equal(const float* a, const float* b, int n = d) { return std::equal(a, a + n, b); }
/// The pair whose key stands at token t, or -1.
template <class Task> int pair_of(const written<Task>& p, int t) {
  for (int k = 0; k < pairs; ++k)
    if (equal(p.token(2 * k), p.token(t))) return k;
  return -1;
}

}  // namespace

BOOST_AUTO_TEST_CASE(queries_are_keys_and_want_their_values) {
  double often[queries][pairs] = {};
  moments of_zero, coordinate;
  for (std::uint64_t k = 0; k < 1500; ++k) {
    const written<vectors> p(k);
    BOOST_TEST(p.length == 2 * pairs + queries);
    std::set<int> asked;
    for (int t = 0; t < p.length; ++t) {
      BOOST_TEST(std::abs(task::dot(p.token(t), p.token(t), d) - d) < 1e-4);
      coordinate.add(p.token(t)[t % d]);
      const bool query = t >= 2 * pairs;
      BOOST_TEST(p.weight[static_cast<std::size_t>(t)] == query);
      if (!query) continue;
      const int pair = pair_of(p, t);
      BOOST_REQUIRE(pair >= 0);
      asked.insert(pair), ++often[t - 2 * pairs][pair];
      BOOST_TEST(equal(p.wanted(t), p.token(2 * pair + 1)));
      of_zero.add(task::dot(p.wanted(t), p.wanted(t), d) / task::unit_of<vectors>());
    }
    BOOST_TEST(asked.size() == std::size_t(queries));
  }
  mean_is(coordinate, 0, "a coordinate");
  BOOST_TEST(std::abs(coordinate.variance() - 1) < .05);
  BOOST_TEST(std::abs(of_zero.mean() - vectors::nothing) < 1e-5);
  for (const auto& of_query : often)
    for (const double n : of_query) share_is(n, 1500, 1. / pairs, "a query asks a pair");
}

// Who says the mean of the values: 1 - 1 / n a coordinate.
BOOST_AUTO_TEST_CASE(the_mean_of_values) {
  moments m;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const written<vectors> p(k);
    double off = 0;
    for (int c = 0; c < d; ++c) {
      double mean = 0;
      for (int j = 0; j < pairs; ++j) mean += p.token(2 * j + 1)[c] / pairs;
      off += (mean - p.wanted(2 * pairs)[c]) * (mean - p.wanted(2 * pairs)[c]);
    }
    m.add(off / d);
  }
  mean_is(m, vectors::mean_of_values(), "the error of the mean of values");
}

// One time in n + 1 the query is no key; the answer is the value of the nearest one.
BOOST_AUTO_TEST_CASE(as_released_some_queries_are_fresh) {
  double fresh = 0;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const written<released> p(k);
    const float* query = p.token(2 * pairs);
    int nearest = 0;
    for (int j = 1; j < pairs; ++j)
      if (task::dot(query, p.token(2 * j), d) > task::dot(query, p.token(2 * nearest), d)) nearest = j;
    BOOST_TEST(equal(p.wanted(2 * pairs), p.token(2 * nearest + 1)));
    BOOST_TEST(std::abs(task::dot(query, query, d) - d) < 1e-4);
    fresh += pair_of(p, 2 * pairs) < 0;
  }
  share_is(fresh, 3000, 1. / (pairs + 1), "a query is fresh");
}

BOOST_AUTO_TEST_CASE(fewer_queries_and_dimensions) {
  const written<vectors> full(8), part(8, {2, 3});
  BOOST_TEST(part.length == 2 * pairs + 2);
  for (int t = 0; t < part.length; ++t)
    for (int c = 0; c < d; ++c) BOOST_TEST(part.token(t)[c] == (c < 3 ? full.token(t)[c] : 0));
  for (int c = 0; c < d; ++c) BOOST_TEST(part.wanted(2 * pairs)[c] == (c < 3 ? full.wanted(2 * pairs)[c] : 0));
  BOOST_TEST((vectors::weight(of_tests, 8, {2, 3}) == 2 && vectors::question(2 * pairs + 1) == 1));
}

// Before it is put back on the sphere the noise adds s^2 d to the squared length d: a cosine near 1 / sqrt(1 + s^2).
BOOST_AUTO_TEST_CASE(noisy_queries) {
  constexpr int wide = 100;
  using noisy = task::mqar<task::mqar_config{.dimensions = wide, .pairs = 4, .queries = 1, .query_noise = 1}>;
  moments cosine;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const written<noisy> p(k);
    int nearest = 0;
    for (int j = 1; j < 4; ++j)
      if (task::dot(p.token(8), p.token(2 * j), wide) > task::dot(p.token(8), p.token(2 * nearest), wide)) nearest = j;
    BOOST_TEST(equal(p.wanted(8), p.token(2 * nearest + 1), wide));
    BOOST_TEST(std::abs(task::dot(p.token(8), p.token(8), wide) - wide) < 1e-2);
    cosine.add(task::dot(p.token(8), p.token(2 * nearest), wide) / wide);
  }
  BOOST_TEST(std::abs(cosine.mean() - std::sqrt(.5)) < .02);
}

BOOST_AUTO_TEST_CASE(a_chain_of_thought) {
  constexpr int hidden = 8, width = 3;
  using task_type =
      task::chain_of_thought<task::chain_of_thought_config{.dimensions = width, .points = 12, .hidden = hidden}>;
  static_assert(task_type::inputs == hidden && task_type::outputs == hidden);
  moments steps, answers;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const written<task_type> p(k);
    double of_step = 0;
    for (int i = 0; i < 12; ++i) {
      const float *x = p.token(3 * i), *s = p.token(3 * i + 1), *y = p.token(3 * i + 2);
      BOOST_TEST((std::all_of(x + width, x + hidden, [](float v) { return v == 0; })));
      BOOST_TEST((std::all_of(s, s + hidden, [](float v) { return v >= 0; })));
      BOOST_TEST((std::all_of(y + 1, y + hidden, [](float v) { return v == 0; })));
      BOOST_TEST(equal(p.wanted(3 * i), s, hidden));
      BOOST_TEST(equal(p.wanted(3 * i + 1), y, hidden));
      const auto at = static_cast<std::size_t>(3 * i);
      BOOST_TEST((p.weight[at] == 1 && p.weight[at + 1] == 1 && p.weight[at + 2] == 0));
      BOOST_TEST((task_type::question(3 * i) == i && task_type::question(3 * i + 1) == i));
    }
    for (int j = 0; j < hidden; ++j) of_step += double(p.token(1)[j]) * p.token(1)[j];
    steps.add(of_step / width);
    answers.add(double(p.token(2)[0]) * p.token(2)[0] / width);
  }
  mean_is(steps, 1, "the error of who says 0 to s");
  mean_is(answers, 1, "the error of who says 0 to y");
  BOOST_TEST(task_type::weight(of_tests, 0, {12, width}) == 24);
  const written<task_type> full(4), part(4, {5, 2});
  BOOST_TEST((part.length == 15 && part.token(3)[0] == full.token(3)[0] && part.token(3)[2] == 0));
}

// y is linear in s: from as many examples as units on, s tells y.
BOOST_AUTO_TEST_CASE(the_answer_follows_from_the_step) {
  using task_type = task::chain_of_thought<task::chain_of_thought_config{.dimensions = 3, .points = 2, .hidden = 1}>;
  int told = 0;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const written<task_type> p(k);
    if (p.token(1)[0] == 0) {
      BOOST_TEST(p.token(2)[0] == 0);
      continue;
    }
    const double w2 = double(p.token(2)[0]) / p.token(1)[0];
    BOOST_TEST(std::abs(p.token(5)[0] - w2 * p.token(4)[0]) < 1e-5 * (1 + std::abs(w2)));
    ++told;
  }
  BOOST_TEST(told > 50);
}

BOOST_AUTO_TEST_CASE(an_induction_head) {
  constexpr int vocabulary = 12, n = 5;
  using any = task::induction_head<task::induction_head_config{.vocabulary = vocabulary, .pairs = n}>;
  using fixed =
      task::induction_head<task::induction_head_config{.vocabulary = vocabulary, .pairs = n, .random_query = false}>;
  const auto check = []<class Task>(std::type_identity<Task>, auto&& seen) {
    for (std::uint64_t k = 0; k < 2000; ++k) {
      const spelt<Task> p(k);
      std::map<int, int> value_of;
      for (std::size_t j = 0; j < n; ++j) {
        BOOST_TEST(
            (p.id[2 * j] >= 0 && p.id[2 * j] < vocabulary && p.id[2 * j + 1] > 0 && p.id[2 * j + 1] < vocabulary));
        value_of[p.id[2 * j]] = p.id[2 * j + 1];
      }
      BOOST_TEST(value_of.size() == std::size_t(n));
      BOOST_TEST(value_of.contains(p.id[2 * n]));
      BOOST_TEST(p.target[2 * n] == value_of[p.id[2 * n]]);
      BOOST_TEST((std::accumulate(p.weight.begin(), p.weight.end(), 0.f) == 1 && p.weight.back() == 1));
      seen(p);
    }
  };
  std::vector<double> query(vocabulary), place(n), value(vocabulary);
  check(std::type_identity<any>{}, [&](const auto& p) {
    ++query[static_cast<std::size_t>(p.id.back())], ++value[static_cast<std::size_t>(p.target.back())];
  });
  for (const double count : query) share_is(count, 2000, 1. / vocabulary, "a token is asked");
  for (std::size_t v = 1; v < vocabulary; ++v) share_is(value[v], 2000, 1 - any::chance_error(), "a value is right");
  check(std::type_identity<fixed>{}, [&](const auto& p) {
    BOOST_TEST(p.id.back() == 0);
    for (std::size_t j = 0; j < n; ++j) place[j] += p.id[2 * j] == 0;
  });
  for (const double count : place) share_is(count, 2000, 1. / n, "token 0 stands at a place");
}

BOOST_AUTO_TEST_CASE(recall_of_many_tokens) {
  constexpr int V = 40, L = 24, n = 3;
  constexpr task::discrete_mqar_config config{.vocabulary = V, .length = L, .pairs = n};
  constexpr task::discrete_mqar_config empty{.vocabulary = V, .length = L, .pairs = n, .fill = task::filling::zero};
  using filled = task::discrete_mqar<config>;
  using bare = task::discrete_mqar<empty>;
  static_assert(filled::gaps == 9);
  double first_gap = 0, keys_again = 0, fill = 0, of_zero = 0;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const spelt<filled> p(k);
    const spelt<bare> q(k);
    BOOST_TEST((p.target == q.target && p.weight == q.weight));
    std::map<int, int> value_of;
    std::set<int> values;
    for (std::size_t j = 0; j < n; ++j) {
      const int key = p.id[2 * j], value = p.id[2 * j + 1];
      BOOST_TEST((key >= 1 && key < V / 2 && value >= V / 2 && value < V));
      value_of[key] = value, values.insert(value);
    }
    BOOST_TEST((value_of.size() == std::size_t(n) && values.size() == std::size_t(n)));
    std::set<int> asked;
    for (std::size_t t = 0; t < L; ++t) {
      if (p.weight[t] != 0) {
        BOOST_TEST((t >= 2 * n && t % 2 == 0 && value_of.contains(p.id[t]) && p.id[t] == q.id[t]));
        BOOST_TEST(p.target[t] == value_of[p.id[t]]);
        asked.insert(p.id[t]);
      } else if (t >= 2 * n) {
        BOOST_TEST(q.id[t] == 0);
        BOOST_TEST((p.id[t] >= 0 && p.id[t] < V));
        ++fill, of_zero += p.id[t] == 0, keys_again += value_of.contains(p.id[t]);
      }
    }
    BOOST_TEST(asked.size() == std::size_t(n));
    first_gap += p.weight[2 * n];
  }
  share_is(of_zero, fill, 1. / V, "any token fills");
  share_is(keys_again, fill, double(n) / V, "a key recurs without a question");
  // Whether the first place is among n drawn without putting back, by hand: weights j^-.99.
  double weights[9], total = 0, stays_away = 0;
  for (int j = 0; j < 9; ++j) total += weights[j] = std::pow(j + 1, -.99);
  for (int a = 1; a < 9; ++a)
    for (int b = 1; b < 9; ++b)
      for (int c = 1; c < 9; ++c)
        if (a != b && b != c && a != c)
          stays_away +=
              weights[a] / total * weights[b] / (total - weights[a]) * weights[c] / (total - weights[a] - weights[b]);
  share_is(first_gap, 3000, 1 - stays_away, "the first place asks");
}

BOOST_AUTO_TEST_CASE(powers_while_compiling) {
  for (const double base : {1., 2., 3., 17., 100., 512.5, .3})
    for (const double exponent : {-.99, 0., .5, 1., -2., 3.})
      BOOST_TEST(std::abs(task::power(base, exponent) / std::pow(base, exponent) - 1) < 1e-14);
  static_assert(task::power(1, -.99) == 1);
}
