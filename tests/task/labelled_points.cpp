// tests/task/labelled_points.cpp: prompts of labelled points, and of linear functions with one query: what stands
// where.
#define BOOST_TEST_MODULE task_labelled_points
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/task/labelled_points.hpp>
#include <krait/task/query_regression.hpp>
#include <set>
#include <vector>
using namespace krait;

BOOST_AUTO_TEST_CASE(contexts_of_labelled_points) {
  const task::labelled_points<32> points({3, stream("points"), 0}, 20);
  double size = 0;
  for (int p = 0; p < 20; ++p) {
    for (int c = 0; c < 32; ++c) size += points.x(p)[c] * points.x(p)[c] / 20;
    BOOST_TEST(std::abs(points.label(p)) == 1);
  }
  BOOST_TEST(std::abs(size - 1) < .2);  // five standard deviations
  task::labelled_points<32>::prompt one, again;
  int flipped = 0, shown = 0;
  std::set<int> queries;
  for (std::uint64_t k = 0; k < 1000; ++k) {
    points.sample({3, stream("prompts"), 0}, k, 7, 2, .25, one);
    BOOST_TEST(one.at == 5);
    BOOST_TEST(one.query == one.point[5]);
    BOOST_TEST(one.answer() == one.said[5]);
    BOOST_TEST(std::set<int>(one.point.begin(), one.point.end()).size() == 7u);
    for (std::size_t t = 0; t < 7; ++t) flipped += one.said[t] != points.label(one.point[t]), ++shown;
    queries.insert(one.query);
  }
  BOOST_TEST(queries.size() == 20u);
  BOOST_TEST(std::abs(flipped / double(shown) - .25) < .03);
  points.sample({3, stream("prompts"), 0}, 999, 7, 2, .25, again);
  BOOST_TEST((again.point == one.point && again.said == one.said));
}

BOOST_AUTO_TEST_CASE(functions_with_one_query) {
  constexpr int d = 3;
  using prompts = task::query_regression<d>;
  float w[d], x[10 * d], y[10], x_short[4 * d], y_short[4], w_short[d];
  double square = 0;
  for (std::uint64_t k = 0; k < 2000; ++k) {
    prompts::sample({5, stream("regression"), 0}, k, 9, w, x, y);
    for (int i = 0; i < 10; ++i) {
      double dot = 0;
      for (int c = 0; c < d; ++c) dot += double(w[c]) * x[i * d + c];
      BOOST_TEST(y[i] == float(dot));
    }
    square += y[9] * double(y[9]) / 2000;
    prompts::sample({5, stream("regression"), 0}, k, 3, w_short, x_short, y_short);
    BOOST_TEST(std::equal(w, w + d, w_short));
    BOOST_TEST(std::equal(x, x + 3 * d, x_short));
    BOOST_TEST(std::equal(x + 9 * d, x + 10 * d, x_short + 3 * d));  // the query, too
  }
  BOOST_TEST(std::abs(square - d) < .5);  // E y^2 = d
}
