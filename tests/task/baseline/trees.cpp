// tests/task/baseline/trees.cpp: a greedy tree and boosted trees: by hand, and beside scikit-learn's and xgboost's.
#define BOOST_TEST_MODULE task_baseline_trees
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/gradient_boosted_trees.hpp>
#include <krait/task/baseline/regression_tree.hpp>
#include <krait/task/numbers.hpp>

#include "oracle_prompts.hpp"
using namespace krait::testing;
using namespace krait::task::baseline;

namespace {

template <int Depth> using tree = regression_tree<regression_tree_config{.depth = Depth}>;

/// Of a number that was drawn several times.
struct spread {
  double mean = 0, variance_of_mean = 0;
  explicit spread(const std::vector<double>& drawn) {
    const auto n = static_cast<double>(drawn.size());
    for (const double v : drawn) mean += v / n;
    for (const double v : drawn) variance_of_mean += (v - mean) * (v - mean) / (n - 1) / n;
  }
};
double mean_from(const double* errors, int first) {
  double mean = 0;
  for (int i = first; i < oracle_prompts::points; ++i) mean += errors[i] / (oracle_prompts::points - first);
  return mean;
}

/// The order of coordinates is to this tree what its seed is to scikit-learn's: it settles equal gains. So the errors
/// of 10 orders, another for every prompt, come from the distribution of those of 10 seeds.
template <int Depth> void errs_as(const char* oracle_name) {
  oracle_prompts prompts;
  const std::vector<double> x = prompts.x, theirs = prompts.of[oracle_name];
  const int d = prompts.dimensions, n = prompts.points;
  for (const int first : {1, 12}) {
    std::vector<double> mine_of_orders, theirs_of_seeds;
    for (int draw = 0; draw < 10; ++draw) {
      for (int p = 0; p < 48; ++p) {
        int order[oracle_prompts::dimensions];
        krait::task::choose({{1, 2, 0}, static_cast<std::uint64_t>(draw * 48 + p) * 2 * d}, d, d, order);
        for (int i = 0; i < n; ++i)
          for (int c = 0; c < d; ++c)
            prompts.x[static_cast<std::size_t>((p * n + i) * d + c)] =
                x[static_cast<std::size_t>((p * n + i) * d + order[c])];
      }
      mine_of_orders.push_back(
          mean_from(prompts.errors("tree", prompts.answers<tree<Depth>>("tree", 48)).data(), first));
      theirs_of_seeds.push_back(mean_from(theirs.data() + draw * n, first));
    }
    const spread mine(mine_of_orders), other(theirs_of_seeds);
    BOOST_TEST_MESSAGE(oracle_name << " from " << first << " examples on: " << mine.mean << ", scikit-learn "
                                   << other.mean);
    BOOST_TEST((mine.variance_of_mean > 0 && other.variance_of_mean > 0));
    BOOST_TEST(std::abs(mine.mean - other.mean) < 4 * std::sqrt(mine.variance_of_mean + other.variance_of_mean));
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_tree_by_hand) {
  const double x[] = {0, 1, 2, 10, 3}, y[] = {1, 1, 4, 8};
  BOOST_TEST(tree<1>::predict(x, y, 0, 1) == 0);
  BOOST_TEST(tree<1>::predict(x, y, 1, 1) == 1);
  // {1, 1, 4} | {8} leaves 6, {1, 1} | {4, 8} leaves 8
  BOOST_TEST(tree<1>::predict(x, y, 4, 1) == 2);
  BOOST_TEST(tree<2>::predict(x, y, 4, 1) == 4);
  BOOST_TEST(tree<0>::predict(x, y, 4, 1) == 4);
  const double at_threshold[] = {0, 1, .5}, two[] = {3, 5};  // the threshold itself belongs to the left
  BOOST_TEST(tree<0>::predict(at_threshold, two, 2, 1) == 3);
}

BOOST_AUTO_TEST_CASE(equal_gains_take_the_lowest_coordinate_and_threshold) {
  const double x[] = {0, 1, 1, 0, /*query*/ 0, 0}, y[] = {1, 2};  // both coordinates split the two answers
  BOOST_TEST(tree<0>::predict(x, y, 2, 2) == 1);
  const double line[] = {0, 1, 2, /*query*/ 1}, z[] = {1, 0, 1};  // both thresholds leave 1 / 2
  BOOST_TEST(tree<1>::predict(line, z, 3, 1) == .5);
  // The same with answers whose sums round differently from the two ends
  const double both[] = {0, 2, 1, 1, 2, 0, /*query*/ .4, .4}, odd[] = {.1, .2, .3};
  BOOST_TEST(std::abs(tree<1>::predict(both, odd, 3, 2) - .1) < 1e-15);
}

BOOST_AUTO_TEST_CASE(equal_inputs_cannot_be_split) {
  const double x[] = {1, 2, 1, 2, 1, 2}, y[] = {3, 5};
  BOOST_TEST(tree<0>::predict(x, y, 2, 2) == 4);
  BOOST_TEST(gradient_boosted_trees<>::predict(x, y, 2, 2) > 3.9);
}

BOOST_AUTO_TEST_CASE(first_splits_are_those_of_scikit_learn) {
  const oracle_prompts prompts;
  const auto mine = prompts.answers<tree<1>>("tree", 48, 10), theirs = prompts.of["stump"],
             agreed = prompts.of["stump_agreed"];
  int compared = 0;
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (agreed[i] != 0 && i % prompts.points >= 10) {
      ++compared;
      BOOST_TEST(std::abs(mine[i] - theirs[i]) < 1e-9);
    }
  BOOST_TEST(compared > .9 * 48 * 14);
}

BOOST_AUTO_TEST_CASE(deep_trees_err_as_those_of_scikit_learn) {
  errs_as<4>("tree_4_error");
  errs_as<0>("tree_error");
}

// One tree of depth 1 with rate 1 and lambda 1: leaves are sums of residuals over their number + 1.
BOOST_AUTO_TEST_CASE(boosting_by_hand) {
  using one = gradient_boosted_trees<gradient_boosted_trees_config{.trees = 1, .depth = 1, .rate = 1}>;
  const double x[] = {0, 1, 2, 2.5}, y[] = {.5, .5, 3.5};
  BOOST_TEST(one::predict(x, y, 0, 1) == 0);
  BOOST_TEST(std::abs(one::predict(x, y, 3, 1) - (.5 + 3. / 2)) < 1e-6);
}

// xgboost's search has no chance in it: the answers are equal but where rounding settles equal gains otherwise.
BOOST_AUTO_TEST_CASE(boosting_is_that_of_xgboost) {
  const oracle_prompts prompts;
  const std::vector<double> mine = prompts.answers<gradient_boosted_trees<>>("tree", 6), theirs = prompts.of["boosted"];
  int equal = 0, asked = 0;
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (i % prompts.points > 0) ++asked, equal += std::abs(mine[i] - theirs[i]) < 1e-4;
  BOOST_TEST_MESSAGE(equal << " of " << asked << " equal, greatest difference " << apart(mine, theirs));
  BOOST_TEST(equal >= .97 * asked);  // (all, where this was written)
}
