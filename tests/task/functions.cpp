// tests/task/functions.cpp: what holds for every task of functions in context: who says 0 has error 1 (a classifier by
// chance 1/2), a prompt has its own numbers, a curriculum leaves out, points can be drawn one by one.
#define BOOST_TEST_MODULE task_functions
#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/averaging.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/decision_tree.hpp>
#include <krait/task/linear_classification.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/task/many_outliers.hpp>
#include <krait/task/noisy_linear_regression.hpp>
#include <krait/task/quadratic_regression.hpp>
#include <krait/task/relu_network.hpp>
#include <krait/task/sparse_linear_regression.hpp>
#include <krait/task/sparse_parity.hpp>
#include <set>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;
namespace baseline = task::baseline;

namespace {

constexpr int d = 6, points = 10;
using linear = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}>;
using doubled = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points, .scale = 2}>;
using sparse = task::sparse_linear_regression<task::sparse_linear_regression_config{
    .dimensions = d, .points = points, .nonzero = 2}>;
using noisy =
    task::noisy_linear_regression<task::noisy_linear_regression_config{.dimensions = d, .points = points, .noise = 2}>;
using renormalised = task::noisy_linear_regression<task::noisy_linear_regression_config{
    .dimensions = d, .points = points, .noise = 2, .renormalised = true}>;
using quadratic = task::quadratic_regression<task::quadratic_regression_config{.dimensions = d, .points = points}>;
using network = task::relu_network<task::relu_network_config{.dimensions = d, .points = points, .hidden = 12}>;
using tree = task::decision_tree<task::decision_tree_config{.dimensions = d, .points = points, .depth = 3}>;
using classification =
    task::linear_classification<task::linear_classification_config{.dimensions = d, .points = points}>;
using parity = task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>;
using outliers = task::many_outliers<linear, task::many_outliers_config{.share = .6}>;

using all =
    boost::mpl::list<linear, sparse, noisy, renormalised, quadratic, network, tree, classification, parity, outliers>;

}  // namespace

BOOST_AUTO_TEST_CASE_TEMPLATE(who_says_zero, Task, all) {
  for (const int i : {0, points - 1}) {
    const moments m = errors_of<Task, baseline::zero>(i, 4000);
    if constexpr (task::classifying<Task>)
      mean_is(m, 1, "the share of wrong signs of who says 0");  // (no sign is a wrong one)
    else if constexpr (requires { Task::nothing(); })
      mean_is(m, Task::nothing(), "the error of who says 0");
    else
      mean_is(m, 1, "the error of who says 0");
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(prompts_have_numbers_of_their_own, Task, all) {
  const drawn<Task> a(1), b(2), again(1), seed(1, whole<Task>(), {8, of_tests.stream, 0}),
      stream(1, whole<Task>(), {7, of_tests.stream + 1, 0});
  BOOST_TEST((a.x == again.x && a.y == again.y));
  BOOST_TEST((a.x != b.x && a.x != seed.x && a.x != stream.x));
  BOOST_TEST((a.y != b.y && a.y != seed.y && a.y != stream.y));
  if constexpr (!std::is_same_v<Task, parity> && !std::is_same_v<Task, outliers>) {
    std::set<float> seen;
    for (std::uint64_t k = 0; k < 50; ++k)
      for (const float v : drawn<Task>(k).x) seen.insert(v);
    BOOST_TEST(seen.size() > 50u * d * points - 5);  // floats meet by chance
  }
}

// The first coordinates and points of an input are the same, the rest of it is 0.
BOOST_AUTO_TEST_CASE_TEMPLATE(a_curriculum_leaves_out, Task, all) {
  for (const task::extent e : {task::extent{points, 3}, task::extent{4, d}, task::extent{4, 2}, task::extent{1, 1}}) {
    const drawn<Task> full(3), part(3, e);
    for (int i = 0; i < points; ++i) {
      const bool there = i < e.points, asked = task::is_asked<Task>(of_tests, 3, e, i);
      BOOST_TEST(((part.y[static_cast<std::size_t>(i)] != drawn<Task>::untouched) == there));
      for (int c = 0; c < d; ++c) {
        const float v = part.point(i)[c];
        if (!there)
          BOOST_TEST(v == drawn<Task>::untouched);
        else if (asked)
          BOOST_TEST(v == (c < e.dimensions ? full.point(i)[c] : 0.f));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE_TEMPLATE(points_one_by_one, Task, all) {
  for (const task::extent e : {whole<Task>(), task::extent{5, 2}}) {
    const drawn<Task> p(9, e);
    for (int i = 0; i < e.points; ++i) {
      float x[d];
      BOOST_TEST(Task::sample_point(of_tests, 9, e, i, x) == p.y[static_cast<std::size_t>(i)]);
      BOOST_TEST(std::equal(x, x + d, p.point(i)));
    }
  }
}

// (d - i) / d, the same of sparse functions, and with noise; (d + 1) / i of averaging.
BOOST_AUTO_TEST_CASE(linear_floors) {
  for (const int i : {0, 1, 3, d - 1, d, points - 1}) {
    mean_is(errors_of<linear, baseline::least_squares>(i, 2000), linear::exact(i), "least squares");
    mean_is(errors_of<doubled, baseline::least_squares>(i, 1000), doubled::exact(i),
            "least squares of doubled answers");
    mean_is(errors_of<sparse, baseline::least_squares>(i, 2000), sparse::least_squares(i), "least squares of sparse");
    mean_is(errors_of<linear, baseline::averaging>(i, 2000), linear::averaging(i), "averaging");
  }
  BOOST_TEST((linear::exact(0) == 1 && linear::exact(3) == .5 && linear::exact(d) == 0 && doubled::exact(3) == 2));
  BOOST_TEST((linear::averaging(0) == 1 && linear::averaging(7) == 1));
}

// Where the variance of the error is finite: i < d - 3 or i > d + 3.
BOOST_AUTO_TEST_CASE(noise_floors) {
  for (const int i : {0, 1, 2}) {
    mean_is(errors_of<noisy, baseline::least_squares>(i, 4000), noisy::least_squares(i), "least squares");
    mean_is(errors_of<renormalised, baseline::least_squares>(i, 4000), renormalised::least_squares(i), "renormalised");
  }
  using longer =
      task::noisy_linear_regression<task::noisy_linear_regression_config{.dimensions = 3, .points = 16, .noise = .5}>;
  for (const int i : {9, 12, 15})
    mean_is(errors_of<longer, baseline::least_squares>(i, 3000), longer::least_squares(i),
            "least squares, many examples");
  BOOST_TEST((std::isinf(noisy::least_squares(d - 1)) && std::isinf(noisy::least_squares(d + 1))));
}

// k coordinates, each as often as any other, of those that the curriculum has reached.
BOOST_AUTO_TEST_CASE(support_of_sparse_functions) {
  for (const int reached : {d, 4}) {
    double often[d] = {};
    for (std::uint64_t k = 0; k < 2000; ++k) {
      sparse::function f;
      sparse::draw_function({of_tests, k * 100}, {points, reached}, f);
      BOOST_TEST((f.nonzero == 2 && f.where[0] != f.where[1]));
      for (const int c : f.where) ++often[c];
    }
    for (int c = 0; c < d; ++c) share_is(often[c], 2000, c < reached ? 2. / reached : 0, "a coordinate is used");
  }
  sparse::function one;
  sparse::draw_function({of_tests, 0}, {points, 1}, one);
  BOOST_TEST((one.nonzero == 1 && one.where[0] == 0));
}

BOOST_AUTO_TEST_CASE(squares_are_linear_in_squares) {
  for (std::uint64_t k = 0; k < 20; ++k) {
    drawn<quadratic> p(k);
    for (float& v : p.x) v *= v;
    BOOST_TEST(std::abs(p.answer<baseline::least_squares>(d + 1) - p.y[d + 1]) < 2e-3);
  }
}

// Of one piece on every ray from the origin, and not linear.
BOOST_AUTO_TEST_CASE(networks_bend) {
  network::function f;
  network::draw_function({of_tests, 5}, whole<network>(), f);
  int bent = 0;
  for (std::uint64_t k = 0; k < 50; ++k) {
    const drawn<network> p(k);
    float twice[d], minus[d];
    for (int c = 0; c < d; ++c) twice[c] = 2 * p.point(0)[c], minus[c] = -p.point(0)[c];
    const double y = network::value(f, p.point(0));
    BOOST_TEST(std::abs(network::value(f, twice) - 2 * y) < 1e-4 * (1 + std::abs(y)));
    bent += std::abs(network::value(f, minus) + y) > .1 * std::abs(y);
    double by_hand = 0;
    for (int j = 0; j < network::hidden; ++j) {
      double unit = 0;
      for (int c = 0; c < d; ++c) unit += double(f.w1[c][j]) * p.point(0)[c];
      by_hand += std::max(0., unit) * f.w2[j];
    }
    BOOST_TEST(std::abs(by_hand * std::sqrt(2. / 12) - y) < 1e-4);
  }
  BOOST_TEST(bent > 30);
}

// Signs alone decide; a leaf is reached by its own path.
BOOST_AUTO_TEST_CASE(trees_by_hand) {
  tree::function f{{0, 1, 2, 3, 4, 5, 0, 0}, {0, 1, 2, 3, 4, 5, 6, 7}};
  const float left[d] = {-1, -9, -1, -2, 1, 1}, right[d] = {.1f, 1, 2, 3, 4, 5}, mixed[d] = {1, 5, -1, 0, 0, 3};
  BOOST_TEST((tree::value(f, left) == 0 && tree::value(f, right) == 7));
  BOOST_TEST(tree::value(f, mixed) == 5);  // root right, node 2 (x_2 <= 0) left, node 5 (x_5 > 0) right
  const float zeros[d] = {};
  BOOST_TEST(tree::value(f, zeros) == 0);
  double often[d] = {};
  for (std::uint64_t k = 0; k < 1000; ++k) {
    tree::draw_function({of_tests, k * 100}, {points, 2}, f);
    for (int i = 0; i < tree::nodes; ++i) ++often[f.coordinate[i]];
  }
  for (const double n : often) share_is(n, 1000. * tree::nodes, 1. / d, "a coordinate stands at a node");
}

BOOST_AUTO_TEST_CASE(signs_of_linear_functions) {
  double plus = 0;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    const drawn<classification> p(k);
    const drawn<linear> same(k);  // the same numbers
    plus += p.y[0] > 0;
    for (std::size_t i = 0; i < points; ++i) BOOST_TEST(p.y[i] == (same.y[i] < 0 ? -1 : 1));
  }
  share_is(plus, 2000, .5, "the first sign is plus");
}

BOOST_AUTO_TEST_CASE(products_of_hidden_coordinates) {
  std::set<std::pair<int, int>> subsets;
  double right = 0, plus = 0;
  for (std::uint64_t k = 0; k < 1500; ++k) {
    const drawn<parity> p(k);
    int fitting = 0;
    for (int a = 0; a < d; ++a)
      for (int b = 0; b < a; ++b) {
        bool fits = true;
        for (int i = 0; i < points; ++i)
          fits = fits && p.point(i)[a] * p.point(i)[b] == p.y[static_cast<std::size_t>(i)];
        if (fits) ++fitting, subsets.insert({a, b});
      }
    BOOST_TEST(fitting >= 1);
    plus += p.y[0] > 0;
    right += p.y[0] == p.point(0)[0] * p.point(0)[1];  // who always believes in the first two
    for (const float v : p.x) BOOST_TEST((v == 1 || v == -1));
  }
  BOOST_TEST(subsets.size() == 15u);
  share_is(plus, 1500, .5, "a product is plus");
  share_is(right, 1500, .5 + .5 / 15, "a fixed subset is right");
  BOOST_TEST(std::abs(parity::chance_loss - std::log1p(std::exp(0.))) < 1e-15);
}

// As released: all prompts of a batch have the same subset, the next batch another.
BOOST_AUTO_TEST_CASE(batches_share_a_subset) {
  using released = task::sparse_parity<task::sparse_parity_config{
      .dimensions = 12, .points = 60, .subset = 3, .prompts_per_subset = 8}>;
  std::set<std::set<int>> of_batches;
  std::vector<float> inputs;
  for (std::uint64_t batch = 0; batch < 5; ++batch) {
    std::set<std::set<int>> subsets;
    for (std::uint64_t k = 0; k < 8; ++k) {
      const drawn<released> p(batch * 8 + k);
      for (int a = 0; a < 12; ++a)
        for (int b = 0; b < a; ++b)
          for (int c = 0; c < b; ++c) {
            bool fits = true;
            for (int i = 0; i < 60 && fits; ++i)
              fits = p.point(i)[a] * p.point(i)[b] * p.point(i)[c] == p.y[static_cast<std::size_t>(i)];
            if (fits) subsets.insert({a, b, c});
          }
      inputs.push_back(p.x[0] + 2 * p.x[1] + 4 * p.x[2] + 8 * p.x[3]);
    }
    BOOST_TEST(subsets.size() == 1u);
    of_batches.insert(subsets.begin(), subsets.end());
  }
  BOOST_TEST(of_batches.size() >= 4u);
  BOOST_TEST((std::set<float>(inputs.begin(), inputs.end()).size() > 8u));
}
