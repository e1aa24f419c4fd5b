// tests/theory/outlier_bounds.cpp: the theorems' bounds by hand for the published setting, at compile time.
#define BOOST_TEST_MODULE theory_outlier_bounds
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/theory/outlier_bounds.hpp>
using namespace krait;

namespace {
constexpr theory::outlier_setting published = theory::setting_of(task::outlier_classification_config{});
constexpr bool near(double a, double b) { return a - b < 1e-12 * b && b - a < 1e-12 * b; }
const theory::condition& named(const auto& all, std::string_view theorem, std::string_view what) {
  for (const auto& c : all)
    if (c.theorem.substr(0, 1) == theorem && c.what.substr(0, what.size()) == what) return c;
  throw std::runtime_error("there is no such condition");
}
}  // namespace

// eta .1, p_a .6, beta 3, M1 6, V 3, kappa_a 2, epsilon .01
static_assert(near(theory::mamba_steps(published), 6 / (.1 * .4 * 9)));
static_assert(near(theory::linear_steps(published) * 20, theory::mamba_steps(published)));
static_assert(near(theory::least_outlier_scale(published), 3. / 81));
static_assert(near(theory::greatest_outlier_scale(published), 3 * 3 * .4 / (.6 * .01)));
static_assert(near(theory::most_examples(published, .6), 36 / .6));
static_assert(near(theory::mamba_fraction(published), .6));
static_assert(near(theory::other_attention(published), .025));
static_assert(theory::clean_gate(1) == 1 && theory::clean_gate(4) == .125);
static_assert(near(theory::first_phase(published), 3 / (.1 * 9 * 2 * .4)));
static_assert(theory::flipped_floor(.8, 20) == 2 * theory::uninformed_floor(.8, 20));

BOOST_AUTO_TEST_CASE(functions_of_compile_time) {
  for (const double x : {1e-9, .01, .5, .75, 1., 1.5, 2.718281828, 6., 1e4, 1e30})
    BOOST_TEST(std::abs(theory::natural_log(x) - std::log(x)) <= 1e-14 * std::abs(std::log(x)) + 1e-16);
  for (const double x : {-20., -1., -.1, 0., .3, 1., 3.58, 50.})
    BOOST_TEST(std::abs(theory::exponential(x) / std::exp(x) - 1) < 1e-13);
  BOOST_TEST(std::abs(theory::power(.8, 20) - std::pow(.8, 20)) < 1e-16);
}

BOOST_AUTO_TEST_CASE(the_published_floors) {
  const double alpha[] = {.7, .8, .9}, flipped[] = {.0008, .0115, .1216}, uninformed[] = {.0004, .0058, .0608};
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(std::abs(theory::flipped_floor(alpha[i], 20) - flipped[i]) < 5.1e-5);
    BOOST_TEST(std::abs(theory::uninformed_floor(alpha[i], 20) - uninformed[i]) < 5.1e-5);
  }
}

BOOST_AUTO_TEST_CASE(conditions_of_the_published_setting) {
  auto s = published;
  s.alpha = .8;
  const auto all = theory::conditions(s);
  BOOST_TEST(!named(all, "2", "outlier fraction").holds());  // .8 exceeds the guarantee of .6
  BOOST_TEST(!named(all, "4", "outlier fraction").holds());
  BOOST_TEST(!named(all, "1", "batch").holds());  // 1 / epsilon^2 prompts a step would be 46,052
  BOOST_TEST(std::abs(named(all, "1", "batch").low - 1e4 * std::log(100.)) < 1e-6);
  BOOST_TEST(named(all, "1", "steps").holds());
  BOOST_TEST(named(all, "1", "training examples").holds());
  BOOST_TEST(named(all, "2", "test outlier scale").holds());
  s.alpha = .3, s.test_kappa_a = 1;
  const auto other = theory::conditions(s);
  BOOST_TEST(named(other, "2", "outlier fraction").holds());
  BOOST_TEST(!named(other, "2", "test outlier scale").holds());  // weaker than in training
  BOOST_TEST(std::abs(named(other, "4", "test examples").low - .3 / .04 * std::log(6.)) < 1e-9);
  s.alpha = 0, s.p_a = 0;
  for (const auto& c : theory::conditions(s)) BOOST_TEST(!std::isnan(c.low + c.high), c.what);
}
