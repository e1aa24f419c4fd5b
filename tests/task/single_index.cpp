// tests/task/single_index.cpp: moments of the functions of one direction, and what stays without influence.
#define BOOST_TEST_MODULE task_single_index
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/single_index.hpp>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 6, points = 8;
using quadratic = task::single_index<task::single_index_config{.dimensions = d, .points = points, .relevant = 3}>;
using quartic = task::single_index<task::single_index_config{
    .dimensions = d, .points = points, .relevant = 2, .hermite = {1, 0, -2, 3}, .noise = .5}>;
using linear = task::single_index<task::single_index_config{
    .dimensions = d, .points = points, .relevant = 3, .hermite = {2, 0, 0, 0}}>;

/// E of a polynomial of z ~ N(0, 1), by the trapezoid rule, which is exact to rounding for such integrands.
template <class F> double mean_of(F&& f) {
  double sum = 0;
  for (int i = -1200; i <= 1200; ++i) sum += f(i / 100.) * std::exp(-i * i / 20000.);
  return sum / 100 / std::sqrt(2 * 3.14159265358979323846);
}
template <class Task> void link_is_normalised() {
  BOOST_TEST(std::abs(mean_of([](double z) { return Task::link(z); })) < 1e-9);
  BOOST_TEST(std::abs(mean_of([](double z) { return Task::link(z) * Task::link(z); }) - 1) < 1e-9);
  const double slope = mean_of([](double z) { return z * Task::link(z); });
  BOOST_TEST(std::abs(Task::nothing() - slope * slope - Task::linear()) < 1e-9);
}

}  // namespace

BOOST_AUTO_TEST_CASE(links) {
  link_is_normalised<quadratic>(), link_is_normalised<quartic>(), link_is_normalised<linear>();
  BOOST_TEST(std::abs(quadratic::link(2) - (2 + 3 / std::sqrt(2.)) / std::sqrt(2.)) < 1e-12);
  BOOST_TEST(linear::link(-1.5) == -1.5);
}

BOOST_AUTO_TEST_CASE(who_says_zero) {
  mean_is(errors_of<quadratic, task::baseline::zero>(points - 1, 20000), quadratic::nothing(), "the error of 0");
  mean_is(errors_of<quartic, task::baseline::zero>(0, 20000), quartic::nothing(), "the error of 0 with noise");
}

// He_1 alone is a linear function of the first r coordinates, of length 1; noise is one of two values.
BOOST_AUTO_TEST_CASE(one_direction_and_noise) {
  for (std::uint64_t k = 0; k < 20; ++k) {
    const drawn<linear> p(k);
    const double told = task::baseline::least_squares::predict(p.x.data(), p.y.data(), points - 1, d);
    BOOST_TEST(std::abs(told - static_cast<double>(p.y[points - 1])) < 1e-4);
    float x[d], y, moved[d] = {};
    y = linear::sample_point(of_tests, k, whole<linear>(), 3, x);
    BOOST_TEST(y == p.y[3]);
    std::copy_n(x, d, moved);
    moved[3] += 1, moved[5] -= 1;
    linear::function f;
    linear::draw_function(task::prompt_numbers::of(of_tests, k, 100), whole<linear>(), f);
    BOOST_TEST(linear::value(f, moved) == linear::value(f, x));
    BOOST_TEST(std::abs(task::dot(f.beta, f.beta, 3) - 1) < 1e-6);
  }
  moments above;
  for (std::uint64_t k = 0; k < 400; ++k) {
    const float y = quartic::answer(task::prompt_numbers::of(of_tests, k, 1), 2);
    BOOST_TEST((y == 1.5f || y == 2.5f));
    above.add(y > 2);
  }
  mean_is(above, .5, "the share of noise above 0");
}
