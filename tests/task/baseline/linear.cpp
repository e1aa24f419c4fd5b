// tests/task/baseline/linear.cpp: ridge, lasso, averaging: by hand, and as scikit-learn answers.
#define BOOST_TEST_MODULE task_baseline_linear
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/averaging.hpp>
#include <krait/task/baseline/lasso.hpp>
#include <krait/task/baseline/list.hpp>
#include <krait/task/baseline/ridge.hpp>

#include "oracle_prompts.hpp"
using namespace krait;
using namespace krait::testing;
namespace baseline = task::baseline;

namespace {

template <double Alpha, bool Intercept = false>
using exact_lasso = baseline::lasso<baseline::lasso_config{.alpha = Alpha, .intercept = Intercept, .tolerance = 1e-14}>;
using published =
    baseline::list<baseline::named<"lasso 0.1", exact_lasso<.1>>, baseline::named<"lasso 0.01", baseline::lasso<>>,
                   baseline::ridge<>, baseline::averaging>;
static_assert(published::size == 4);

}  // namespace

// X = 1 .. 5, y = 2 x: with alpha = 1 the slope loses n alpha / |X|^2 = 5 / 55, or 5 / 10 of centred data.
BOOST_AUTO_TEST_CASE(lasso_by_hand) {
  const double x[] = {1, 2, 3, 4, 5, 1}, y[] = {2, 4, 6, 8, 10};
  BOOST_TEST(std::abs(exact_lasso<1.>::predict(x, y, 5, 1) - (2 - 5. / 55)) < 1e-12);
  const double with = exact_lasso<1., true>::predict(x, y, 5, 1);
  BOOST_TEST(std::abs(with - (6 + 1.5 * (1 - 3))) < 1e-12);
  // A great alpha leaves nothing; an empty coordinate does no harm.
  BOOST_TEST(exact_lasso<100.>::predict(x, y, 5, 1) == 0);
  const double empty[] = {1, 0, 2, 0, 3, 5}, z[] = {1, 2};
  BOOST_TEST(std::abs(exact_lasso<0.>::predict(empty, z, 2, 2) - 3) < 1e-9);
}

BOOST_AUTO_TEST_CASE(without_examples_the_answer_is_zero) {
  const float x[] = {1, 2}, *none = nullptr;
  published::for_each([&](auto member) { BOOST_TEST(decltype(member)::type::predict(x, none, 0, 2) == 0); });
}

BOOST_AUTO_TEST_CASE(ridge_by_hand) {
  const double x[] = {1, 2, 3}, y[] = {1, 2};  // w = 5 / (5 + 1)
  BOOST_TEST(std::abs(baseline::ridge<>::predict(x, y, 2, 1) - 2.5) < 1e-12);
  const double wide[] = {3, 4, 1, 1}, one[] = {26};  // w = (3, 4) * 26 / (25 + 1)
  BOOST_TEST(std::abs(baseline::ridge<>::predict(wide, one, 1, 2) - 7) < 1e-12);
}

BOOST_AUTO_TEST_CASE(averaging_by_hand) {
  const double x[] = {1, 0, 1, 1, 2, 10}, y[] = {3, 1};  // w = (2, 1/2)
  BOOST_TEST(baseline::averaging::predict(x, y, 2, 2) == 9);
}

BOOST_AUTO_TEST_CASE(as_scikit_learn) {
  const oracle_prompts prompts;
  BOOST_TEST(apart(prompts.answers<baseline::ridge<>>("linear", 6), prompts.of["ridge_1"]) < 1e-9);
  BOOST_TEST(apart(prompts.answers<exact_lasso<.1>>("linear", 6), prompts.of["lasso_0.1"]) < 1e-5);
  BOOST_TEST(apart(prompts.answers<exact_lasso<.01>>("linear", 6), prompts.of["lasso_0.01"]) < 1e-5);
  BOOST_TEST(apart(prompts.answers<exact_lasso<.1, true>>("linear", 6), prompts.of["lasso_0.1_intercept"]) < 1e-5);
  // At the usual tolerance the answers are near those.
  BOOST_TEST(apart(prompts.answers<baseline::lasso<>>("linear", 6), prompts.of["lasso_0.01"]) < .05);
}
