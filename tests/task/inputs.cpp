// tests/task/inputs.cpp: where x comes from in evaluations: moments, and the errors of least squares where known.
#define BOOST_TEST_MODULE task_inputs
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/inputs/quadrants.hpp>
#include <krait/task/inputs/query_apart.hpp>
#include <krait/task/inputs/scaled.hpp>
#include <krait/task/inputs/subspace.hpp>
#include <krait/task/linear_regression.hpp>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;
namespace baseline = task::baseline;
namespace inputs = task::inputs;

namespace {

constexpr int d = 6, points = 9;
template <class Inputs>
using linear = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}, Inputs>;
using half = inputs::scaled<std::ratio<1, 2>>;

double squares(const float* x) { return task::dot(x, x, d); }

/// Mean square of inputs, errors of least squares where they are known, points one by one, other prompts other inputs.
template <class Inputs> void is_a_source(double mean_square) {
  using task_type = linear<Inputs>;
  moments size, y;
  for (std::uint64_t k = 0; k < 3000; ++k) {
    const drawn<task_type> p(k);
    size.add(squares(p.point(2)) / d);
    y.add(double(p.y[2]) * p.y[2] / d);
  }
  mean_is(size, mean_square, "the mean square of a coordinate");
  mean_is(y, mean_square, "the mean square of y / d");
  if constexpr (task::knows_exact<task_type>)
    for (const int i : {0, 1, 2, 3, 5, 6, 8})
      mean_is(errors_of<task_type, baseline::least_squares>(i, Inputs::query_apart ? 9000 : 2000), task_type::exact(i),
              "least squares");
  const drawn<task_type> p(12), q(13);
  BOOST_TEST(p.x != q.x);
  for (int i = 0; i < points; ++i) {
    float x[d];
    BOOST_TEST(task_type::sample_point(of_tests, 12, whole<task_type>(), i, x) == p.y[static_cast<std::size_t>(i)]);
    BOOST_TEST(std::equal(x, x + d, p.point(i)));
  }
}

/// Each prompt of a source with a query apart asks one point, every point as often as any other.
template <class Inputs> void asks_one_point() {
  using task_type = linear<Inputs>;
  for (std::uint64_t k = 0; k < 3 * points; ++k)
    for (int i = 0; i < points; ++i)
      BOOST_TEST(task_type::asked(of_tests, k, whole<task_type>(), i) == (k % points == std::uint64_t(i)));
}

}  // namespace

BOOST_AUTO_TEST_CASE(scaled) { is_a_source<half>(.25); }

BOOST_AUTO_TEST_CASE(half_a_space) {
  is_a_source<inputs::half_subspace>(1);
  // A fourth point lies in the span of three.
  for (std::uint64_t k = 0; k < 20; ++k) {
    const drawn<linear<inputs::half_subspace>> p(k);
    BOOST_TEST(std::abs(p.answer<baseline::least_squares>(3) - p.y[3]) < 2e-2);
  }
}

// The eigenvalues of the covariance are in proportion to 1 / k^2: so are their sums of squares.
BOOST_AUTO_TEST_CASE(skewed) {
  is_a_source<inputs::skewed>(1);
  double sum = 0, sum_of_squares = 0;
  for (int k = 1; k <= d; ++k) sum += 1. / (k * k), sum_of_squares += 1. / (k * k * k * k);
  // E <x_i, x_j>^2 = tr(cov^2), in one prompt's directions
  moments product;
  for (std::uint64_t k = 0; k < 6000; ++k) {
    const drawn<linear<inputs::skewed>> p(k);
    const double xx = task::dot(p.point(0), p.point(1), d);
    product.add(xx * xx);
  }
  mean_is(product, d * d * sum_of_squares / sum / sum, "a product of two inputs");
}

BOOST_AUTO_TEST_CASE(quadrants) {
  is_a_source<inputs::random_quadrants>(1);
  asks_one_point<inputs::random_quadrants>();
  double same = 0, asked = 0, plus = 0;
  for (std::uint64_t k = 0; k < 900; ++k) {
    const drawn<linear<inputs::random_quadrants>> p(k);
    const int query = static_cast<int>(k % points);
    const float* other = p.point((query + 1) % points);
    plus += other[0] > 0;
    for (int i = 0; i < points; ++i)
      for (int c = 0; c < d; ++c) {
        const bool agrees = (p.point(i)[c] > 0) == (other[c] > 0);
        if (i != query) BOOST_TEST(agrees);
        if (i == query) ++asked, same += agrees;
      }
  }
  share_is(same, asked, .5, "a coordinate of the query has the sign of the examples'");
  share_is(plus, 900, .5, "a quadrant has a plus");
}

BOOST_AUTO_TEST_CASE(orthogonal_queries) {
  is_a_source<inputs::orthogonal_query>(1);
  asks_one_point<inputs::orthogonal_query>();
  for (std::uint64_t k = 0; k < 90; ++k) {
    const drawn<linear<inputs::orthogonal_query>> p(k);
    const drawn<linear<inputs::standard>> before(k);
    const int query = static_cast<int>(k % points);
    for (int i = 0; i < std::min(query, d); ++i)
      if (query < d) BOOST_TEST(std::abs(task::dot(p.point(i), p.point(query), d)) < 1e-4);
    BOOST_TEST(std::abs(squares(p.point(query)) / squares(before.point(query)) - 1) < 1e-5);
    for (int i = 0; i < points; ++i)
      if (i != query) BOOST_TEST(std::equal(p.point(i), p.point(i) + d, before.point(i)));
  }
}

BOOST_AUTO_TEST_CASE(overlapping_queries) {
  is_a_source<inputs::overlapping_query>(1);
  asks_one_point<inputs::overlapping_query>();
  std::vector<double> which(4);
  for (std::uint64_t k = 0; k < 4000; ++k) {
    const drawn<linear<inputs::overlapping_query>> p(k * points + 4);  // asks point 4
    int found = 0;
    for (int i = 0; i < 4; ++i)
      if (std::equal(p.point(4), p.point(4) + d, p.point(i))) ++found, ++which[static_cast<std::size_t>(i)];
    BOOST_TEST(found == 1);
  }
  for (const double n : which) share_is(n, 4000, .25, "an example is the query");
}
