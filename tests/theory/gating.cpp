// tests/theory/gating.cpp: growth rates by hand, where their ratio is 1, and the escape time against the two equations
// that it stands for.
#define BOOST_TEST_MODULE theory_gating
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/theory/gating.hpp>
using namespace krait;
using theory::gating;

BOOST_AUTO_TEST_CASE(growth_by_hand) {
  const gating theory(64, .1);
  BOOST_TEST(theory.growth_ratio(.5) == 64 * .25 / (.8 * 2.25), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(theory.critical() == std::sqrt(.0125), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(theory.growth_ratio(theory.critical_exactly()) == 1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(theory.memory_time(.5) == 80, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(theory.memory_rate(0) * theory.memory_time(.5) == .5, boost::test_tools::tolerance(1e-12));
}

/// dw/dt = alpha / 2, dalpha/dt = w alpha^2 log^2(1 / alpha) / 2: the time until alpha is a half goes as the law does.
BOOST_AUTO_TEST_CASE(the_escape_time_is_that_of_its_equations) {
  const auto until_open = [](double alpha) {
    double w = 0, t = 0;
    while (alpha < .5) {
      const double dt = 1e-3 / alpha, log = std::log(1 / alpha);
      w += dt * alpha / 2, alpha += dt * w * alpha * alpha * log * log / 2, t += dt;
    }
    return t;
  };
  double least = 1e9, most = 0;
  for (const double alpha : {1e-5, 1e-4, 1e-3, 1e-2}) {
    const double factor = until_open(alpha) / gating::escape_time(alpha);
    least = std::min(least, factor), most = std::max(most, factor);
  }
  BOOST_TEST(least > 2);
  BOOST_TEST(most < 6);
  BOOST_TEST(most / least < 1.8);  // while the law itself changes 400 times
}

BOOST_AUTO_TEST_CASE(the_crossing_of_times) {
  for (const int P : {16, 64, 256}) {
    const gating theory(P, .1);
    const double alpha = theory.critical_of_learning(.5);
    BOOST_TEST(std::sqrt(8.) * gating::escape_time(alpha) == theory.memory_time(.5),
               boost::test_tools::tolerance(1e-6));
    BOOST_TEST(alpha < theory.critical());
  }
}

BOOST_AUTO_TEST_CASE(impossible_settings_are_refused) {
  BOOST_CHECK_THROW(gating(0, .1), option_error);
  BOOST_CHECK_THROW(gating(4, .5), option_error);
  BOOST_CHECK_THROW(gating(4, -.1), option_error);
}
