// tests/task/outlier_classification.cpp: prompts with outliers: what is in them, how often, and where.
#define BOOST_TEST_MODULE task_outlier_classification
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/task/outlier_classification.hpp>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>
using namespace krait;
namespace outlier = task::outlier;

namespace {

constexpr task::outlier_classification_config small{
    .dimensions = 9,
    .relevant = 3,
    .irrelevant = 2,
    .outliers = 3,
    .examples = 5,
    .training = {.outliers = .3, .irrelevant_scale = .25, .outlier_scale = 2}};
using published = task::outlier_classification<>;
using little = task::outlier_classification<small>;
constexpr draw at{5, stream("a test"), 0};

template <class Task, class Rule = outlier::random_label, class Place = outlier::anywhere>
typename Task::template prompts<double> prompt(std::uint64_t number, const outlier::drawing& d = Task::config.training,
                                               draw from = at) {
  typename Task::template prompts<double> p;
  Task::template sample<Rule, Place>(from, number, d, p);
  return p;
}

/// `count` of `n` trials, five standard errors around n * share.
void about(double count, double n, double share) {
  BOOST_TEST(std::abs(count - n * share) <= 5 * std::sqrt(n * share * (1 - share)) + 1e-9,
             count << " of " << n << " are not about " << share);
}

template <class Rule> void rule_holds() {
  outlier::drawing d = published::config.test;
  d.outliers = .5;
  double coins = 0, plus = 0;
  for (std::uint64_t k = 0; k < 300; ++k) {
    const auto p = prompt<published, Rule>(k, d);
    for (int i = 0; i < published::examples; ++i) {
      const double truth = p.relevant[i][0] == p.positive[0] ? 1 : -1;
      if (!p.is_outlier(i)) {
        BOOST_TEST(p.y[i][0] == truth);
      } else if constexpr (std::is_same_v<Rule, outlier::flipped>) {
        BOOST_TEST(p.y[i][0] == -truth);
      } else if constexpr (std::is_same_v<Rule, outlier::targeted>) {
        BOOST_TEST(p.y[i][0] == 1);
      } else {
        ++coins, plus += p.y[i][0] == truth;
      }
    }
  }
  if (coins > 0) about(plus, coins, .5);
}

template <int Lanes> void lanes_agree(const outlier::drawing& d) {
  typename published::template prompts<float, Lanes> many;
  typename published::template prompts<float> one;
  published::sample<outlier::flipped, outlier::anywhere>(at, 1000, d, many);
  for (int l = 0; l < Lanes; ++l) {
    published::sample<outlier::flipped, outlier::anywhere>(at, 1000 + static_cast<std::uint64_t>(l), d, one);
    BOOST_TEST((many.z[l] == one.z[0] && many.positive[l] == one.positive[0] && many.negative[l] == one.negative[0]));
    for (int t = 0; t < published::points; ++t) {
      BOOST_TEST((many.relevant[t][l] == one.relevant[t][0] && many.irrelevant[t][l] == one.irrelevant[t][0]));
      BOOST_TEST((many.outlier[t][l] == one.outlier[t][0] && many.outlier_scale[t][l] == one.outlier_scale[t][0]));
      BOOST_TEST((many.irrelevant_scale[t][l] == one.irrelevant_scale[t][0] && many.y[t][l] == one.y[t][0]));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(words_of_lanes_are_those_of_the_house_generator) {
  for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{41}, std::uint64_t{0xFFFFFFF0}}) {
    outlier::random_words<16> many;
    outlier::draw_lanes<16>({(std::uint64_t{7} << 40) + 3, 99, 0}, first, 42, many);
    for (int l = 0; l < 16; ++l) {
      const auto w =
          krait::detail::philox({(std::uint64_t{7} << 40) + 3, 99, first + 42 * static_cast<std::uint64_t>(l)});
      for (int i = 0; i < 4; ++i) BOOST_TEST(many.word[i][l] == w[static_cast<std::size_t>(i)]);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_prompt_is_the_same_in_any_lane) {
  outlier::drawing d = published::config.test;
  d.query_outliers = .3;
  lanes_agree<4>(d);
  lanes_agree<16>(d);
  d.count = outlier::count_rule::fixed, d.balanced = true, d.tasks = outlier::coverage::ring;
  lanes_agree<8>(d);
}

BOOST_AUTO_TEST_CASE(what_is_in_a_prompt) {
  double plus = 0, query_plus = 0, outliers = 0, n = 0, kappa = 0, squares = 0;
  std::map<int, double> irrelevant, kinds;
  std::map<std::pair<int, int>, double> tasks;
  constexpr int prompts = 3000;
  for (std::uint64_t k = 0; k < prompts; ++k) {
    const auto p = prompt<published>(k);
    ++tasks[{p.positive[0], p.negative[0]}];
    query_plus += p.z[0] > 0;
    BOOST_TEST(p.relevant[published::examples][0] == (p.z[0] > 0 ? p.positive[0] : p.negative[0]));
    BOOST_TEST((p.y[published::examples][0] == 0 && !p.is_outlier(published::examples)));
    for (int i = 0; i < published::points; ++i) {
      BOOST_TEST((p.relevant[i][0] == p.positive[0] || p.relevant[i][0] == p.negative[0]));
      BOOST_TEST(std::abs(p.irrelevant_scale[i][0]) <= .5);
      kappa += p.irrelevant_scale[i][0], squares += p.irrelevant_scale[i][0] * p.irrelevant_scale[i][0];
      ++irrelevant[p.irrelevant[i][0]];
    }
    for (int i = 0; i < published::examples; ++i, ++n) {
      plus += p.relevant[i][0] == p.positive[0];
      outliers += p.is_outlier(i);
      if (p.is_outlier(i)) ++kinds[p.outlier[i][0]];
      BOOST_TEST((p.outlier_scale[i][0] == 0 || p.outlier_scale[i][0] == 2));
    }
  }
  about(plus, n, .5), about(query_plus, prompts, .5), about(outliers, n, .6);
  const double all = prompts * published::points;
  BOOST_TEST(std::abs(kappa / all) < 5 * std::sqrt(1. / 12 / all));
  BOOST_TEST(std::abs(squares / all - 1. / 12) < 5 * std::sqrt((1. / 80 - 1. / 144) / all));
  BOOST_TEST((tasks.size() == 30u && irrelevant.size() == 10u && kinds.size() == 3u));
  for (const auto& [task, count] : tasks) {
    BOOST_TEST(task.first != task.second);
    about(count, prompts, 1. / 30);
  }
  for (const auto& [atom, count] : irrelevant) {
    BOOST_TEST((atom >= 6 && atom < 16));
    about(count, all, .1);
  }
  for (const auto& [atom, count] : kinds) {
    BOOST_TEST((atom >= 16 && atom < 19));
    about(count, outliers, 1. / 3);
  }
}

BOOST_AUTO_TEST_CASE(the_ring_has_every_pattern_with_both_labels) {
  outlier::drawing d = published::config.training;
  d.tasks = outlier::coverage::ring;
  std::set<std::pair<int, int>> seen;
  for (std::uint64_t k = 0; k < 400; ++k) {
    const auto p = prompt<published>(k, d);
    BOOST_TEST(p.negative[0] == (p.positive[0] + 1) % 6);
    seen.insert({p.positive[0], p.negative[0]});
  }
  BOOST_TEST(seen.size() == 6u);
}

BOOST_AUTO_TEST_CASE(labels_of_outliers) {
  rule_holds<outlier::flipped>();
  rule_holds<outlier::targeted>();
  rule_holds<outlier::random_label>();
}

BOOST_AUTO_TEST_CASE(placement_moves_outliers_and_nothing_else) {
  for (const auto count : {outlier::count_rule::independent, outlier::count_rule::fixed}) {
    outlier::drawing d = published::config.test;
    d.outliers = .4, d.count = count;
    std::vector<double> places(published::examples);
    double total = 0;
    for (std::uint64_t k = 0; k < 1000; ++k) {
      const auto far = prompt<published, outlier::flipped, outlier::farthest>(k, d);
      const auto near = prompt<published, outlier::flipped, outlier::closest>(k, d);
      const auto any = prompt<published, outlier::flipped, outlier::anywhere>(k, d);
      int outliers = 0;
      for (int i = 0; i < published::examples; ++i) {
        outliers += any.is_outlier(i);
        places[static_cast<std::size_t>(i)] += any.is_outlier(i);
        BOOST_TEST((far.relevant[i][0] == near.relevant[i][0] && far.relevant[i][0] == any.relevant[i][0]));
      }
      total += outliers;
      if (count == outlier::count_rule::fixed) BOOST_TEST(outliers == 8);
      for (int i = 0; i < published::examples; ++i) {
        BOOST_TEST(far.is_outlier(i) == (i < outliers));
        BOOST_TEST(near.is_outlier(i) == (i >= published::examples - outliers));
      }
    }
    for (const double place : places) about(place, 1000, .4);
    if (count == outlier::count_rule::independent) about(total, 1000 * published::examples, .4);
  }
}

BOOST_AUTO_TEST_CASE(balanced_prompts) {
  outlier::drawing d = published::config.training, odd = little::config.training;
  d.balanced = odd.balanced = true;
  double more = 0, first = 0;
  for (std::uint64_t k = 0; k < 500; ++k) {
    const auto p = prompt<published>(k, d);
    int plus = 0;
    for (int i = 0; i < published::examples; ++i) plus += p.relevant[i][0] == p.positive[0];
    BOOST_TEST(plus == 10);
    first += p.relevant[0][0] == p.positive[0];
    const auto q = prompt<little>(k, odd);
    plus = 0;
    for (int i = 0; i < little::examples; ++i) plus += q.relevant[i][0] == q.positive[0];
    BOOST_TEST((plus == 2 || plus == 3));
    more += plus == 3;
  }
  about(first, 500, .5), about(more, 500, .5);
}

BOOST_AUTO_TEST_CASE(outliers_in_the_query) {
  outlier::drawing d = published::config.test;
  d.query_outliers = .25;
  double found = 0;
  std::map<int, double> kinds;
  for (std::uint64_t k = 0; k < 4000; ++k) {
    const auto p = prompt<published>(k, d);
    found += p.is_outlier(published::examples);
    if (p.is_outlier(published::examples)) ++kinds[p.outlier[published::examples][0]];
  }
  about(found, 4000, .25);
  for (const auto& [atom, count] : kinds) about(count, found, 1. / 3);
}

BOOST_AUTO_TEST_CASE(patterns_are_orthogonal_and_have_their_norms) {
  for (const bool turned : {false, true}) {
    published::patterns<double> all(outlier::geometry{.pattern_norm = 3, .outlier_norm = 2});
    if (turned) all.rotate({3, 4, 0});
    for (int a = 0; a < all.atoms; ++a)
      for (int b = 0; b < all.atoms; ++b) {
        double dot = 0;
        for (int c = 0; c < all.dimensions; ++c) dot += all[a][c] * all[b][c];
        const double expected = a != b ? 0 : a < all.first_outlier ? 9 : 4;
        BOOST_TEST(std::abs(dot - expected) < 1e-12);
      }
    if (turned) BOOST_TEST(std::abs(all[0][0]) < 2.9);
  }
}

BOOST_AUTO_TEST_CASE(other_outliers) {
  const published::patterns<double> plain;
  const auto lambda_sum = [&](const published::patterns<double>& p, int s) {
    double sum = 0;
    for (int i = 0; i < 3; ++i)
      for (int c = 0; c < 30; ++c) sum += p[16 + s][c] * plain[16 + i][c] / 9;
    return sum;
  };
  const auto novel = plain.published_novel();
  const double expected[] = {.9, .5, .3};
  for (int s = 0; s < 3; ++s) {
    BOOST_TEST(std::abs(lambda_sum(novel, s) - expected[s]) < 1e-12);
    BOOST_TEST(std::abs(novel.norm(16 + s) / 3 - 1) < .03);
    for (int a = 0; a < 16; ++a)
      for (int c = 0; c < 30; ++c) BOOST_TEST(novel[a][c] == plain[a][c]);
  }
  const auto mirrored = plain.mirrored(), aside = plain.aside();
  for (int s = 0; s < 3; ++s) {
    BOOST_TEST(std::abs(lambda_sum(mirrored, s) + 1) < 1e-12);
    BOOST_TEST(std::abs(lambda_sum(aside, s)) < 1e-12);
    BOOST_TEST(std::abs(aside.norm(16 + s) - 3) < 1e-12);
    for (int c = 0; c < 19; ++c) BOOST_TEST(aside[16 + s][c] == 0);
  }
  for (std::uint64_t seed = 1; seed < 20; ++seed) {
    const auto any = plain.random_novel({seed, 1, 0}, .3);
    for (int s = 0; s < 3; ++s) {
      BOOST_TEST(lambda_sum(any, s) >= .3 - 1e-12);
      BOOST_TEST(std::abs(any.norm(16 + s) - 3) < 1e-9);
    }
  }
  const published::patterns<double> oblique(outlier::geometry{.overlap = .6});
  for (int s = 0; s < 3; ++s) {
    BOOST_TEST(std::abs(oblique[16 + s][s] - 1.8) < 1e-12);
    BOOST_TEST(std::abs(oblique.norm(16 + s) - 3) < 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(dense_rows) {
  const published::patterns<double> all;
  const auto p = prompt<published>(8);
  for (int t = 0; t < published::points; ++t) {
    double row[31];
    p.write_token(all, t, row);
    for (int c = 0; c < 30; ++c) {
      double expected = 0;
      if (c == p.relevant[t][0]) expected += 3;
      if (c == p.irrelevant[t][0]) expected += 3 * p.irrelevant_scale[t][0];
      if (c == p.outlier[t][0]) expected += 3 * p.outlier_scale[t][0];
      BOOST_TEST(row[c] == expected);
    }
    BOOST_TEST(row[30] == p.y[t][0]);
  }
  // As any in-context task: the query's label is the last y.
  std::vector<float> x(published::points * 30), y(published::points), shorter(x), less(y);
  published::sample(at, 8, {published::points, 30}, x.data(), y.data());
  published::sample(at, 8, {4, 7}, shorter.data(), less.data());
  BOOST_TEST(y.back() == p.z[0]);
  for (int i = 0; i < published::examples; ++i) BOOST_TEST(y[static_cast<std::size_t>(i)] == p.y[i][0]);
  for (int i = 0; i < 4; ++i) {
    const auto from = static_cast<std::size_t>(published::points - 4 + i), to = static_cast<std::size_t>(i);
    BOOST_TEST(less[to] == y[from]);
    for (std::size_t c = 0; c < 30; ++c) BOOST_TEST(shorter[to * 30 + c] == (c < 7 ? x[from * 30 + c] : 0.f));
  }
}

BOOST_AUTO_TEST_CASE(settings_chosen_at_run_time_are_checked) {
  const auto sentence = [](auto change) {
    outlier::drawing d = published::config.test;
    change(d);
    try {
      published::check(d);
    } catch (const option_error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  BOOST_TEST(sentence([](auto&) {}) == "");
  BOOST_TEST(sentence([](auto& d) { d.outliers = 1; }) ==
             "outlier_classification: the probability of an outlier is 1: it must be at least 0 and below 1");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {-.1, 1.5, nan}) {
    BOOST_TEST(sentence([&](auto& d) { d.outliers = bad; }) != "");
    BOOST_TEST(sentence([&](auto& d) { d.query_outliers = bad; }) != "");
  }
  for (const double bad : {0., -1., nan}) BOOST_TEST(sentence([&](auto& d) { d.outlier_scale = bad; }) != "");
  BOOST_TEST(sentence([&](auto& d) { d.irrelevant_scale = -1; }) != "");
}
