#define BOOST_TEST_MODULE task_linear_regression
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/aligned.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/train/batch/prompt.hpp>
#include <vector>
using namespace krait;

namespace {

constexpr int d = 5, points = 9;
using linear = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}>;
constexpr draw at{7, stream("a test"), 0};

struct prompt {
  std::vector<float> x = std::vector<float>(points * d, -99.f), y = std::vector<float>(points, -99.f);
  explicit prompt(std::uint64_t number, task::extent e = {points, d}, draw from = at) {
    linear::sample(from, number, e, x.data(), y.data());
  }
};

struct moments {
  double n = 0, sum = 0, squares = 0, fourth = 0;
  void add(double v) { ++n, sum += v, squares += v * v, fourth += v * v * v * v; }
  double mean() const { return sum / n; }
  double variance() const { return squares / n - mean() * mean(); }
};

constexpr task::extent whole{points, d};
using batch = train::prompt_batch<linear>;

/// Every token, target and weight of a batch, whatever its shards are.
std::vector<float> tokens_of(const batch& b) {
  using shard_type = vector_shard<capacity{8, 2 * points}, d, 1>;
  const auto shard = make_heap<shard_type>();
  std::vector<float> all;
  for (int i = 0; i < b.shards(); ++i) {
    b.fill(i, *shard);
    for (int t = 0; t < shard->of.tokens(); ++t) {
      all.insert(all.end(), shard->input()[t], shard->input()[t] + d);
      all.push_back(shard->target()[t][0]);
      all.push_back(shard->weight[t]);
    }
  }
  return all;
}

}  // namespace

// x ~ N(0, 1); y = <w, x> with w ~ N(0, I): mean 0, variance d; five standard errors.
BOOST_AUTO_TEST_CASE(moments_of_x_and_y) {
  moments x, y, products;
  constexpr int prompts = 4000;
  for (int k = 0; k < prompts; ++k) {
    const prompt p(static_cast<std::uint64_t>(k));
    for (const float v : p.x) x.add(v);
    y.add(p.y[0]);
    products.add(double(p.x[0]) * p.x[1]);
  }
  BOOST_TEST(std::abs(x.mean()) < 5 / std::sqrt(x.n));
  BOOST_TEST(std::abs(x.variance() - 1) < 5 * std::sqrt(2 / x.n));
  BOOST_TEST(std::abs(x.fourth / x.n - 3) < 5 * std::sqrt(96 / x.n));
  BOOST_TEST(std::abs(products.mean()) < 5 / std::sqrt(products.n));
  BOOST_TEST(std::abs(y.mean()) < 5 * std::sqrt(d / y.n));
  // Var(y^2) = E y^4 - d^2 = 3 d (d + 2) - d^2
  BOOST_TEST(std::abs(y.squares / y.n - d) < 5 * std::sqrt((3. * d * (d + 2) - d * d) / y.n));
}

BOOST_AUTO_TEST_CASE(one_function_a_prompt_and_it_is_linear) {
  for (std::uint64_t k = 0; k < 50; ++k) {
    const prompt p(k);
    for (int i = d; i < points; ++i)  // from d examples on, least squares knows w
      BOOST_TEST(std::abs(task::baseline::least_squares::predict(p.x.data(), p.y.data(), i, d) - p.y[i]) < 1e-2);
  }
  const prompt a(1), b(2), other_seed(1, whole, {8, stream("a test"), 0}), other_stream(1, whole, {7, stream("b"), 0});
  BOOST_TEST((a.x != b.x && a.x != other_seed.x && a.x != other_stream.x));
  BOOST_TEST((a.x == prompt(1).x && a.y == prompt(1).y));
}

BOOST_AUTO_TEST_CASE(no_two_prompts_share_a_number) {
  std::vector<float> all;
  for (std::uint64_t k = 0; k < 100; ++k) {
    const prompt p(k);
    all.insert(all.end(), p.x.begin(), p.x.end());
  }
  std::ranges::sort(all);
  const auto same = all.size() - static_cast<std::size_t>(std::unique(all.begin(), all.end()) - all.begin());
  BOOST_TEST(same < 5u);  // floats meet by chance; a repeated prompt would be 45
}

// A curriculum's prompt is the whole one with coordinates, and with points, left out.
BOOST_AUTO_TEST_CASE(truncated_dimensions_and_points) {
  for (const task::extent e : {task::extent{points, 2}, task::extent{4, d}, task::extent{4, 2}, task::extent{1, 1}}) {
    const prompt full(3), part(3, e);
    for (int i = 0; i < points; ++i) {
      for (int c = 0; c < d; ++c) {
        const float expected = i >= e.points ? -99.f : c < e.dimensions ? full.x[i * d + c] : 0.f;
        BOOST_TEST(part.x[i * d + c] == expected);
      }
      if (i >= e.points) BOOST_TEST(part.y[i] == -99.f);
    }
    if (e.dimensions == d) BOOST_TEST(std::equal(part.y.begin(), part.y.begin() + e.points, full.y.begin()));
    if (e.points > e.dimensions)  // still a linear function, of what is left
      BOOST_TEST(std::abs(task::baseline::least_squares::predict(part.x.data(), part.y.data(), e.dimensions, d) -
                          part.y[e.dimensions]) < 1e-2);
  }
}

BOOST_AUTO_TEST_CASE(a_batch_is_the_same_for_any_split_into_shards) {
  for (const task::extent e : {whole, task::extent{4, 2}}) {
    const auto expected = tokens_of({at, 100, 13, 1, e});
    BOOST_TEST(expected.size() == 13u * 2 * e.points * (d + 2));
    for (const int per_shard : {2, 3, 5, 8}) BOOST_TEST((tokens_of({at, 100, 13, per_shard, e}) == expected));
    // Two smaller batches are a larger one.
    auto halves = tokens_of({at, 100, 6, 4, e});
    const auto rest = tokens_of({at, 106, 7, 4, e});
    halves.insert(halves.end(), rest.begin(), rest.end());
    BOOST_TEST((halves == expected));
  }
}

// x1, y1, x2, y2, ...: y in the first coordinate; a y is asked for at its x, and nothing at a y.
BOOST_AUTO_TEST_CASE(tokens_of_a_prompt) {
  const batch b{at, 5, 1, 1, whole};
  BOOST_TEST(b.shards() == 1);
  BOOST_TEST(b.weight() == points);
  const auto tokens = tokens_of(b);
  const prompt p(5);
  for (int i = 0; i < points; ++i) {
    const float *x = tokens.data() + 2 * i * (d + 2), *y = x + d + 2;
    BOOST_TEST(std::equal(x, x + d, p.x.data() + i * d));
    BOOST_TEST((x[d] == p.y[i] && x[d + 1] == 1));
    BOOST_TEST((y[0] == p.y[i] && std::all_of(y + 1, y + d, [](float v) { return v == 0; })));
    BOOST_TEST((y[d] == 0 && y[d + 1] == 0));
  }
}

// The published curve (d - i) / d, within five standard errors; and 1 for the predictor that says 0.
BOOST_AUTO_TEST_CASE(least_squares_reaches_its_analytic_error) {
  constexpr int prompts = 3000;
  std::vector<moments> error(points), nothing(points);
  for (int k = 0; k < prompts; ++k) {
    const prompt p(static_cast<std::uint64_t>(k));
    for (int i = 0; i < points; ++i) {
      const double off = task::baseline::least_squares::predict(p.x.data(), p.y.data(), i, d) - p.y[i];
      error[static_cast<std::size_t>(i)].add(off * off / d);
      const double zero = task::baseline::zero::predict(p.x.data(), p.y.data(), i, d) - p.y[i];
      nothing[static_cast<std::size_t>(i)].add(zero * zero / d);
    }
  }
  for (int i = 0; i < points; ++i) {
    const moments &m = error[static_cast<std::size_t>(i)], &n = nothing[static_cast<std::size_t>(i)];
    const double expected = linear::exact(i);
    BOOST_TEST(expected == std::max(0, d - i) / double(d));
    BOOST_TEST(std::abs(m.mean() - expected) < 5 * std::sqrt(m.variance() / m.n) + 1e-4, i << " examples");
    BOOST_TEST(std::abs(n.mean() - 1) < 5 * std::sqrt(n.variance() / n.n), i << " examples");
  }
}

namespace {
struct coin_tosses {  // nobody knows a closed form
  static constexpr std::string_view name = "coin tosses";
  static constexpr int dimensions = 1, points = 2;
  static void sample(draw from, std::uint64_t prompt, task::extent e, float* x, float* y) {
    for (int i = 0; i < e.points; ++i) x[i] = 1, y[i] = static_cast<float>(uniform(from.within(prompt)) < .5);
  }
};
}  // namespace

static_assert(task::prompt_task<coin_tosses> && !task::knows_exact<coin_tosses>);
static_assert(task::knows_exact<linear>);
