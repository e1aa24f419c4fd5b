// tests/theory/online_gradient.cpp: every theory value that arXiv:2509.23779 prints, to its digits; and the closed form
// against sums and against a simulation that knows nothing of it.
#define BOOST_TEST_MODULE theory_online_gradient
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/random.hpp>
#include <krait/theory/online_gradient.hpp>
#include <vector>
using namespace krait;
using theory::online_gradient;

namespace {
/// As printed: half a unit of the last digit away at most.
void prints(double computed, double printed, int decimals = 4) {
  BOOST_TEST(std::abs(computed - printed) <= .5 * std::pow(10., -decimals) * (1 + 1e-9),
             computed << " is no " << printed);
}
}  // namespace

BOOST_AUTO_TEST_CASE(table_2) {
  const double mamba[] = {2.6671, 1.8189, 1.38, 1.1117, .9308, .8005, .7022, .6254},
               attention[] = {2.619, 1.7742, 1.3415, 1.0784, .9016, .7746, .679, .6044};
  for (int k = 0; k < 8; ++k) {
    const online_gradient at(10, 10 * (k + 1));
    prints(at.loss(), mamba[k]);
    prints(at.linear_attention(), attention[k]);
    BOOST_TEST(at.linear_attention() < at.loss());
    BOOST_TEST(at.loss() < at.bound());
  }
}

BOOST_AUTO_TEST_CASE(table_3) {
  const double loss[] = {8.4484, 7.8425, 7.3173, 6.8579, 6.4526, 6.0926, 5.7706, 5.481, 5.219};
  for (int k = 0; k < 9; ++k) prints(online_gradient(20, 4 + 2 * k).loss(), loss[k]);
}

BOOST_AUTO_TEST_CASE(table_5_and_the_curve_of_four_dimensions) {
  prints(online_gradient(4, 30).loss(), .2954);
  prints(online_gradient(4, 50).loss(), .1884);
  prints(online_gradient(4, 50).beta(), 1.8369);
  const int N[] = {4, 10, 20, 40, 60, 80};
  const double loss[] = {1.1291, .6839, .4126, .2300, .1595, .1220};
  for (int k = 0; k < 6; ++k) prints(online_gradient(4, N[k]).loss(), loss[k]);
}

BOOST_AUTO_TEST_CASE(sums_are_sums) {
  for (const int N : {1, 2, 7, 80})
    for (const double alpha : {.3, .99}) {
      const online_gradient at(3, N, alpha);
      double S1 = 0, S2 = 0;
      for (int i = 0; i < N; ++i) S1 += at.c(i), S2 += at.c(i) * at.c(i);
      BOOST_TEST(at.S1() == S1, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(at.S2() == S2, boost::test_tools::tolerance(1e-12));
      BOOST_TEST(at.loss(at.beta()) == at.loss(), boost::test_tools::tolerance(1e-12));
      BOOST_TEST(at.loss(0) == at.no_context());
      for (const double other : {.9, 1.1}) BOOST_TEST(at.loss(other * at.beta()) > at.loss());
    }
}

BOOST_AUTO_TEST_CASE(the_answer_has_that_loss) {
  const online_gradient at(3, 5);
  constexpr int prompts = 40'000;
  double sum = 0, squares = 0;
  std::uint64_t k = 0;
  const auto next = [&] { return normal({7, stream("simulation"), k++}); };
  for (int p = 0; p < prompts; ++p) {
    double w[3], learnt[3] = {}, answer = 0, y_q = 0;
    for (double& one : w) one = next();
    for (int l = 0; l < at.N; ++l) {
      double x[3], y = 0;
      for (int c = 0; c < 3; ++c) x[c] = next(), y += w[c] * x[c];
      for (int c = 0; c < 3; ++c) learnt[c] = at.alpha * learnt[c] + (1 - at.alpha) * at.beta() * y * x[c];
    }
    for (int c = 0; c < 3; ++c) {  // the query keeps alpha, too
      const double x = next();
      answer += at.alpha * learnt[c] * x, y_q += w[c] * x;
    }
    const double loss = (answer - y_q) * (answer - y_q) / 2;
    sum += loss, squares += loss * loss;
  }
  const double mean = sum / prompts, error = std::sqrt((squares / prompts - mean * mean) / prompts);
  BOOST_TEST(error < .02 * mean);
  BOOST_TEST(std::abs(mean - at.loss()) < 3 * error, mean << " and " << at.loss());
}

BOOST_AUTO_TEST_CASE(no_prompt_at_all_is_refused) {
  BOOST_CHECK_THROW(online_gradient(0, 5), option_error);
  BOOST_CHECK_THROW(online_gradient(4, 0), option_error);
  BOOST_CHECK_THROW(online_gradient(4, 5, 1.), option_error);
}
