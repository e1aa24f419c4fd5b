// tests/task/replaced_points.cpp: prompts some of whose points are replaced: how many, by what, and which are asked.
#define BOOST_TEST_MODULE task_replaced_points
#include <boost/test/unit_test.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/many_outliers.hpp>
#include <krait/task/orthogonal_outliers.hpp>
#include <krait/task/relu_network.hpp>

#include "moments.hpp"
using namespace krait;
using namespace krait::testing;
namespace baseline = task::baseline;

namespace {

constexpr int d = 6, points = 40;
constexpr task::linear_regression_config clean_config{.dimensions = d, .points = points};
using clean = task::linear_regression<clean_config>;
template <task::many_outliers_config C, class Task = clean> using many = task::many_outliers<Task, C>;
template <variant As>
using orthogonal = task::orthogonal_outliers<task::orthogonal_outliers_config{
    .dimensions = d, .points = points, .share = .5, .as = As}>;

double length_of(const float* v) { return std::sqrt(task::dot(v, v, d)); }
double cosine(const float* a, const float* b) { return task::dot(a, b, d) / length_of(a) / length_of(b); }

/// w of a prompt.
std::vector<float> function_of(std::uint64_t prompt) {
  clean::function f;
  clean::draw_function(task::prompt_numbers::of(of_tests, prompt, d * (points + 1)).after(points * d), {}, f);
  return {f.w, f.w + d};
}

}  // namespace

BOOST_AUTO_TEST_CASE(most_points_are_one_and_the_same) {
  using task_type = many<{.share = .9}>;
  double replaced = 0, neighbours = 0;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const drawn<task_type> p(k);
    const drawn<clean> before(k);
    bool last = false;
    for (int i = 0; i < points; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const bool stays = task_type::asked(of_tests, k, whole<task_type>(), i);
      replaced += !stays, neighbours += !stays && last, last = !stays;
      for (int c = 0; c < d; ++c) BOOST_TEST(p.point(i)[c] == (stays ? before.point(i)[c] : 1.f));
      BOOST_TEST(p.y[at] == (stays ? before.y[at] : 1.f));
    }
  }
  share_is(replaced, 200 * points, .9, "a point is replaced");
  share_is(neighbours, 200 * (points - 1), .81, "two in a row are");
}

BOOST_AUTO_TEST_CASE(inputs_may_be_made_small_instead) {
  using task_type = many<{.share = .5, .by = task::replacement::scaled_input, .factor = .01}>;
  const drawn<task_type> p(3);
  const drawn<clean> before(3);
  BOOST_TEST((p.y == before.y));
  for (int i = 0; i < points; ++i)
    for (int c = 0; c < d; ++c) {
      const float v = before.point(i)[c];
      BOOST_TEST(p.point(i)[c] == (task_type::asked(of_tests, 3, whole<task_type>(), i) ? v : float(.01 * v)));
    }
}

BOOST_AUTO_TEST_CASE(evaluations_choose_their_places) {
  using regular = many<{.share = .9, .places = task::outlier_places::regular}>;
  using none = many<{.share = .9, .places = task::outlier_places::none}>;
  for (int i = 0; i < points; ++i) {
    BOOST_TEST(regular::asked(of_tests, 1, whole<regular>(), i) == (i % 10 == 9));
    BOOST_TEST(none::asked(of_tests, 1, whole<none>(), i));
  }
  BOOST_TEST((drawn<none>(4).x == drawn<clean>(4).x));
}

// Other tasks take it as well, and keep their unit.
BOOST_AUTO_TEST_CASE(networks_with_outliers) {
  using network = task::relu_network<task::relu_network_config{.dimensions = 4, .points = 8, .hidden = 5}>;
  using task_type = many<{.share = .5}, network>;
  BOOST_TEST(task::unit_of<task_type>() == 4);
  const drawn<task_type> p(2);
  const drawn<network> before(2);
  for (int i = 0; i < 8; ++i)
    BOOST_TEST(p.y[static_cast<std::size_t>(i)] ==
               (task_type::asked(of_tests, 2, whole<task_type>(), i) ? before.y[static_cast<std::size_t>(i)] : 1.f));
}

BOOST_AUTO_TEST_CASE(points_that_stay_are_those_of_linear_regression) {
  using task_type = orthogonal<variant::as_described>;
  double stayed = 0;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const written<task_type> p(k);
    const drawn<task_type> same(k);
    const drawn<clean> before(k);
    for (int i = 0; i < points; ++i) {
      const auto at = static_cast<std::size_t>(i);
      const float *x = p.token(2 * i), *y = p.token(2 * i + 1);
      BOOST_TEST(std::equal(x, x + d, same.point(i)));
      BOOST_TEST((y[0] == same.y[at] && p.weight[2 * at + 1] == 0));
      const bool stays = p.weight[2 * at] != 0;
      BOOST_TEST(stays == task_type::asked(of_tests, k, whole<task_type>(), i));
      if (!stays) continue;
      ++stayed;
      BOOST_TEST(std::equal(x, x + d, before.point(i)));
      BOOST_TEST((y[0] == before.y[at] && std::all_of(y + 1, y + d, [](float v) { return v == 0; })));
      BOOST_TEST(p.wanted(2 * i)[0] == before.y[at]);
    }
    BOOST_TEST(task_type::weight(of_tests, k, whole<task_type>()) == std::count(p.weight.begin(), p.weight.end(), 1.f));
  }
  share_is(stayed, 100 * points, .5, "a point stays");
}

// All in one plane of two dimensions, and that plane orthogonal to w; other coefficients each time.
BOOST_AUTO_TEST_CASE(outliers_as_described_are_orthogonal) {
  using task_type = orthogonal<variant::as_described>;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const written<task_type> p(k);
    const std::vector<float> w = function_of(k);
    std::vector<const float*> outliers;
    for (int t = 0; t < 2 * points; ++t)
      if (p.weight[static_cast<std::size_t>(t / 2 * 2)] == 0) outliers.push_back(p.token(t));
    BOOST_REQUIRE(outliers.size() > 6);
    for (const float* one : outliers) BOOST_TEST(std::abs(cosine(one, w.data())) < 1e-5);
    // The third is a combination of the first two.
    const double ab = cosine(outliers[0], outliers[1]), ac = cosine(outliers[0], outliers[2]),
                 bc = cosine(outliers[1], outliers[2]);
    BOOST_TEST(std::abs(ab) < .99999999);
    BOOST_TEST(std::abs(1 + 2 * ab * ac * bc - ab * ab - ac * ac - bc * bc) < 1e-5);  // a Gram determinant
  }
}

// One x and one y a prompt, and neither knows the prompt's w.
BOOST_AUTO_TEST_CASE(outliers_as_released_are_not) {
  using task_type = orthogonal<variant::as_released>;
  moments of_w, of_both;
  for (std::uint64_t k = 0; k < 400; ++k) {
    const written<task_type> p(k);
    const std::vector<float> w = function_of(k);
    const float *x = nullptr, *y = nullptr;
    for (int i = 0; i < points; ++i) {
      if (p.weight[static_cast<std::size_t>(2 * i)] != 0) continue;
      if (!x) x = p.token(2 * i), y = p.token(2 * i + 1);
      BOOST_TEST((std::equal(x, x + d, p.token(2 * i)) && std::equal(y, y + d, p.token(2 * i + 1))));
    }
    const double c = cosine(x, w.data()), both = cosine(x, y);
    of_w.add(c * c), of_both.add(both * both);
  }
  mean_is(of_w, 1. / d, "the squared cosine of an outlier and w");
  mean_is(of_both, 1. / d, "the squared cosine of the outliers of x and of y");
}

// Lengths over those of u and v: 1 / sqrt(g^2 + h^2) has the median 1 / sqrt(2 ln 2) = .849; as coded, .99.
BOOST_AUTO_TEST_CASE(coefficients_of_outliers) {
  // Of many dimensions, where |u| = |v| = sqrt(d - 1) nearly.
  const auto median = []<variant As>(std::integral_constant<variant, As>) {
    constexpr int wide = 200;
    using task_type = task::orthogonal_outliers<task::orthogonal_outliers_config{
        .dimensions = wide, .points = 1, .share = .99, .as = As}>;
    std::vector<double> lengths;
    for (std::uint64_t k = 0; k < 1500; ++k) {
      if (task_type::asked(of_tests, k, {1, wide}, 0)) continue;
      const drawn<task_type> p(k);
      lengths.push_back(std::sqrt(task::dot(p.x.data(), p.x.data(), wide) / (wide - 1)));
    }
    std::ranges::nth_element(lengths, lengths.begin() + static_cast<long>(lengths.size() / 2));
    return lengths[lengths.size() / 2];
  };
  BOOST_TEST(std::abs(median(std::integral_constant<variant, variant::as_described>{}) - .849) < .05);
  BOOST_TEST(std::abs(median(std::integral_constant<variant, variant::as_released>{}) - .99) < .05);
}
