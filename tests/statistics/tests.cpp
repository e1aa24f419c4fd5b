// tests/statistics/tests.cpp: t tests, corrections and correlations against SciPy and statsmodels
// (tests/oracles/statistics.py), and what each does where it is undefined.
#define BOOST_TEST_MODULE statistics_tests
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/statistics/correction.hpp>
#include <krait/statistics/correlation.hpp>
#include <krait/statistics/ratio.hpp>
#include <krait/statistics/representation.hpp>
#include <krait/statistics/ridge_classifier.hpp>
#include <krait/statistics/t_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

using namespace krait;
using namespace krait::statistics;
using nlohmann::json;
using numbers = std::vector<double>;
using p_values = std::vector<std::optional<double>>;

namespace {
const json& stored(const char* part) {
  static const auto all = json::parse(std::ifstream(KRAIT_ORACLES_DIR "/statistics.json"));
  return all.at(part);
}
constexpr draw at{1, stream("correlation test"), 0};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void equals(const t_result& found, const json& wanted, const std::string& name) {
  const numbers w = wanted;
  BOOST_TEST_REQUIRE(found.undefined.empty());
  const numbers f{*found.t, *found.degrees, *found.p, found.of_difference->low, found.of_difference->high};
  BOOST_TEST_CONTEXT(name)
  for (std::size_t i = 0; i < 5; ++i) BOOST_TEST(f[i] == w[i], boost::test_tools::tolerance(1e-9));
}
p_values read(const json& list) {
  p_values all;
  for (const auto& p : list) all.push_back(p.is_null() ? std::nullopt : std::optional(p.get<double>()));
  return all;
}
}  // namespace

BOOST_AUTO_TEST_CASE(t_tests_equal_scipy) {
  int paired = 0;
  for (const auto& one : stored("t_tests")) {
    const numbers a = one["a"], b = one["b"];
    equals(welch_t_test(a, b), one["welch"], "welch");
    equals(equal_variance_t_test(a, b), one["equal_variance"], "equal variance");
    if (one.contains("paired")) equals(paired_t_test(a, b), one["paired"], "paired"), ++paired;
  }
  BOOST_TEST(paired == 3);
}

BOOST_AUTO_TEST_CASE(no_t_is_said) {
  const auto says = [](const t_result& found, const char* why) {
    BOOST_TEST(found.undefined == why);
    BOOST_TEST((!found.t && !found.degrees && !found.p && !found.of_difference));
  };
  const numbers tenths{.1, .1, .1}, fifths{.2, .2, .2, .2}, some{1, 2, 4};
  says(welch_t_test(tenths, fifths), "both groups are constant");
  says(equal_variance_t_test(tenths, tenths), "both groups are constant");
  BOOST_TEST(welch_t_test(tenths, fifths).difference == -.1, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(welch_t_test(tenths, some).p.has_value());  // one constant group is no obstacle
  says(welch_t_test(some, numbers{1}), "a group has fewer than 2 values");
  says(equal_variance_t_test(some, {}), "a group has fewer than 2 values");
  says(welch_t_test(some, numbers{1, not_a_number}), "a value is not finite");
  says(paired_t_test(some, numbers{2, 3, 5}), "all differences are equal");
  // .3 - .2 and .2 - .1 differ in their last bits: SciPy gives t = 1e15 and p = 1e-31 for such.
  says(paired_t_test(numbers{.3, .2, .5}, numbers{.2, .1, .4}), "all differences are equal");
  says(paired_t_test(some, some), "all differences are equal");
  says(paired_t_test(numbers{1}, numbers{2}), "there are fewer than 2 pairs");
  says(paired_t_test(some, numbers{1, 2, not_a_number}), "a value is not finite");
  BOOST_CHECK_THROW(paired_t_test(some, fifths), data_error);
}

BOOST_AUTO_TEST_CASE(corrections_equal_statsmodels) {
  for (const auto& one : stored("corrections"))
    for (const auto& [name, correct] : {std::pair{"bonferroni", &bonferroni}, {"holm", &holm}}) {
      const p_values p = read(one["p"]), wanted = read(one[name]);
      const corrected found = correct(p);
      BOOST_TEST(found.tests == p.size());
      for (std::size_t i = 0; i < p.size(); ++i) {
        BOOST_TEST(found.p[i].has_value() == wanted[i].has_value());
        if (wanted[i]) BOOST_TEST(*found.p[i] == *wanted[i], boost::test_tools::tolerance(1e-12));
      }
    }
}

BOOST_AUTO_TEST_CASE(missing_p_values_count) {
  const corrected found = holm(p_values{.01, std::nullopt, .03, not_a_number});
  BOOST_TEST(found.tests == 4u);
  BOOST_TEST(found.missing == 2u);
  BOOST_TEST(*found.p[0] == .04);
  BOOST_TEST(*found.p[2] == .09);
  BOOST_TEST((!found.p[1] && !found.p[3]));
  BOOST_TEST(found.describe() == "Holm's correction for 4 tests, 2 of which without a p-value");
  BOOST_TEST(bonferroni(p_values{.6}).describe() == "Bonferroni's correction for 1 test");
  BOOST_TEST(holm({}).tests == 0u);
  BOOST_CHECK_THROW(bonferroni(p_values{.5, 1.5}), data_error);
}

BOOST_AUTO_TEST_CASE(correlations_equal_scipy) {
  const auto near = boost::test_tools::tolerance(1e-9);
  int exact = 0;
  for (const auto& one : stored("correlations")) {
    const numbers x = one["x"], y = one["y"];
    const std::vector<numbers> controls{one["z"], one["w"]};
    BOOST_TEST(ranks(x) == one["ranks"].get<numbers>(), boost::test_tools::per_element());
    const correlation by_rank = spearman(x, y, at), by_value = pearson(x, y, at, {.permutations = 99});
    BOOST_TEST(*by_rank.rho == one["spearman"][0].get<double>(), near);
    BOOST_TEST(*by_rank.p_by_t == one["spearman"][1].get<double>(), near);
    BOOST_TEST(*by_value.rho == one["pearson"][0].get<double>(), near);
    BOOST_TEST(*by_value.p_by_t == one["pearson"][1].get<double>(), near);
    if (one.contains("partial")) {
      BOOST_TEST(*partial(x, y, controls, at, {.permutations = 9}).rho == one["partial"].get<double>(), near);
      BOOST_TEST(
          *partial_spearman(x, y, controls, at, {.permutations = 9}).rho == one["partial_spearman"].get<double>(),
          near);
    }
    if (one.contains("exact")) {
      BOOST_TEST(*by_rank.p == one["exact"].get<double>(), near);
      BOOST_TEST(by_rank.every_permutation);
      // Drawn permutations come near: four deviations of a share of 9,999 / 2 tails.
      const double p = *by_rank.p, drawn = *spearman(x, y, at, {.permutations = 23}).p;
      if (x.size() > 4) BOOST_TEST(std::abs(drawn - p) < 4 * 2 * std::sqrt(p / 2 * (1 - p / 2) / 23) + 1. / 12);
      ++exact;
    } else {
      BOOST_TEST(by_rank.permutations == 9999u);
      const double p = *by_rank.p_by_t;  // good for so many values
      BOOST_TEST(std::abs(*by_rank.p - p) < 8 * std::sqrt(p / 2 * (1 - p / 2) / 9999) + .2 * p + 2e-4);
    }
  }
  BOOST_TEST(exact == 3);
}

// Frequency and position explain nothing of each other once a common cause is taken away.
BOOST_AUTO_TEST_CASE(a_common_cause_is_taken_away) {
  numbers cause(400), x(400), y(400);
  for (std::size_t i = 0; i < 400; ++i) {
    const auto number = [&](const char* name) { return normal({3, stream(name), i}); };
    cause[i] = number("cause"), x[i] = cause[i] + number("x") / 2, y[i] = cause[i] + number("y") / 2;
  }
  const correlation together = spearman(x, y, at),
                    apart = partial_spearman(x, y, std::vector<numbers>{cause}, at, {.permutations = 999});
  BOOST_TEST(*together.rho > .6);
  BOOST_TEST(*together.p == 2. / 10000);
  BOOST_TEST(std::abs(*apart.rho) < .15);
  BOOST_TEST(*apart.p > .01);
  BOOST_TEST(*spearman(x, y, at.within(1), {.permutations = 99}).p == 2. / 100);
  // A control twice is one control; a control that is y leaves nothing.
  const correlation twice = partial_spearman(x, y, std::vector<numbers>{cause, cause}, at, {.permutations = 9});
  BOOST_TEST(*twice.rho == *apart.rho, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(*twice.p_by_t == *apart.p_by_t, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(partial(x, y, std::vector<numbers>{y}, at).undefined == "the controls leave nothing");
}

BOOST_AUTO_TEST_CASE(correlations_at_the_edges) {
  const numbers rising{1, 2, 3, 4}, falling{4, 3, 2, 1}, same{7, 7, 7, 7}, zeros{0., -0., 0., 1};
  BOOST_TEST(*spearman(rising, falling, at).rho == -1.);
  BOOST_TEST(*spearman(rising, falling, at).p == 2. / 24);
  BOOST_TEST(*spearman(rising, falling, at).p_by_t == 0.);
  BOOST_TEST(spearman(rising, same, at).undefined == "all values are equal");
  BOOST_TEST(!spearman(rising, same, at).rho.has_value());
  BOOST_TEST(pearson(numbers(10, .1), numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, at).undefined == "all values are equal");
  BOOST_TEST(spearman(numbers{1, 2}, numbers{1, 2}, at).undefined == "there are too few values");
  BOOST_TEST(spearman(numbers{1, 2, not_a_number}, numbers{1, 2, 3}, at).undefined == "a value is not finite");
  BOOST_TEST(ranks(zeros) == (numbers{2, 2, 2, 4}), boost::test_tools::per_element());
  BOOST_TEST(ranks({}).empty());
  BOOST_CHECK_THROW(spearman(rising, numbers{1, 2}, at), data_error);
}

// Clusters of words of which some are lost: the interval holds the truth as often as it says, which one that takes
// words for independent would not (half of the variance lies between clusters).
BOOST_AUTO_TEST_CASE(ratios_of_clusters) {
  const auto two = ratio(numbers{1, 0}, numbers{2, 1}, .9);
  BOOST_TEST(two.value == 1. / 3);
  BOOST_TEST(two.ends.high - two.value == 1.6448536269514722 * 2 / 9, boost::test_tools::tolerance(1e-12));
  const auto none = ratio(numbers{0, 0}, numbers{0, 0}), one = ratio(numbers{1, 0}, numbers{2, 0});
  BOOST_TEST((std::isnan(none.value) && one.value == .5 && std::isnan(one.ends.low)));
  BOOST_CHECK_THROW(ratio(numbers{1}, numbers{1, 2}), data_error);
  int held = 0;
  for (std::uint64_t sample = 0; sample < 600; ++sample) {
    numbers lost, words;
    for (std::uint64_t k = 0; k < 80; ++k) {
      const draw from = draw{9, stream("clusters"), 0}.within(sample).within(k);
      const double often = uniform(from.within(0)) < .5 ? .1 : .7;
      const auto size = 4 + integer(from.within(1), 9);
      double sum = 0;
      for (std::uint64_t w = 0; w < size; ++w) sum += uniform(from.within(2 + w)) < often;
      lost.push_back(sum), words.push_back(static_cast<double>(size));
    }
    const auto [low, high] = ratio(lost, words).ends;
    held += low <= .4 && .4 <= high;
  }
  BOOST_TEST(held > 600 * .9 - 29);  // 4 deviations
  BOOST_TEST(held < 600 * .9 + 29);
}

// Two questions about 40 features, fewer rows than features: one that a linear function answers, one about nothing.
BOOST_AUTO_TEST_CASE(classes_out_of_features) {
  const std::size_t width = 40;
  const auto make = [&](std::uint64_t seed, std::size_t rows, std::vector<std::vector<std::int32_t>>& labels) {
    std::vector<float> x;
    labels.assign(2, {});
    for (std::size_t r = 0; r < rows; ++r) {
      const draw from = draw{seed, stream("features"), 0}.within(r);
      const auto kind = static_cast<std::int32_t>(integer(from.within(1000), 3));
      for (std::size_t c = 0; c < width; ++c)
        x.push_back(c == 7 ? 5.f  // never changes
                           : static_cast<float>(1e3 + 20 * normal(from.within(c)) +
                                                (c % 4 == static_cast<std::size_t>(kind) ? 30 : 0)));
      labels[0].push_back(10 * kind - 3);
      labels[1].push_back(integer(from.within(1001), 10) < 6 ? 5 : 4);
    }
    return x;
  };
  std::vector<std::vector<std::int32_t>> known, asked;
  const auto fitted = make(1, 36, known), others = make(2, 400, asked);
  const ridge_classifier probe(fitted, width, known);
  const auto answers = probe.answers(others);
  const auto right = [&](std::size_t p) {
    int all = 0;
    for (std::size_t r = 0; r < 400; ++r) all += answers[p][r] == asked[p][r];
    return all / 400.;
  };
  BOOST_TEST(right(0) > .9);
  BOOST_TEST(right(1) < .7);
  BOOST_TEST(probe.commonest()[1] == 5);
  // By hand: two features that tell two classes apart exactly, with the smallest penalty.
  const std::vector<float> corners{1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1};
  const ridge_classifier sure(corners, 2, std::vector<std::vector<std::int32_t>>{{3, 8, 3, 8, 3, 8, 3, 8}});
  BOOST_TEST((sure.answers(std::vector<float>{0, 1, 1, 0})[0] == std::vector<std::int32_t>{8, 3}));
  BOOST_TEST(sure.penalty() == 1e-3f);
  BOOST_CHECK_THROW(ridge_classifier(corners, 3, known), data_error);
  BOOST_CHECK_THROW(sure.answers(std::vector<float>{1}), data_error);
}

// Against what follows from the definitions.
BOOST_AUTO_TEST_CASE(representations) {
  // Four directions of equal strength: the rows are +-e_i.
  std::vector<float> cross;
  for (int i = 0; i < 4; ++i)
    for (const float sign : {1.f, -1.f})
      for (int c = 0; c < 4; ++c) cross.push_back(c == i ? sign : 0.f);
  BOOST_TEST(std::abs(representation(cross, 4).effective_rank() - 4) < 1e-5);
  auto flat = cross;  // the last two a third as strong: shares 3/8, 3/8, 1/8, 1/8
  for (std::size_t i = 0; i < flat.size(); ++i)
    if (i % 4 >= 2) flat[i] /= 3;
  const double entropy = -2 * (3. / 8 * std::log(3. / 8) + 1. / 8 * std::log(1. / 8));
  BOOST_TEST(std::abs(representation(flat, 4).effective_rank() - std::exp(entropy)) < 1e-5);
  for (float& x : cross) x += 5;  // the mean is no direction
  BOOST_TEST(std::abs(representation(cross, 4).effective_rank() - 4) < 1e-4);
  BOOST_TEST(std::isnan(representation(std::vector<float>(12, 2.f), 4).effective_rank()));
  BOOST_CHECK_THROW(representation(cross, 5), data_error);

  std::vector<float> x, turned, other;
  for (std::uint64_t r = 0; r < 200; ++r) {
    const float a = static_cast<float>(krait::normal({1, 1, r})), b = static_cast<float>(krait::normal({1, 2, r}));
    x.insert(x.end(), {a, b});
    turned.insert(turned.end(), {3 * (.6f * a - .8f * b) + 1, 3 * (.8f * a + .6f * b), 7});
    other.push_back(static_cast<float>(krait::normal({1, 3, r})));
  }
  const representation of_x(x, 2);
  BOOST_TEST(std::abs(of_x.alike(representation(turned, 3)) - 1) < 1e-5);
  BOOST_TEST(of_x.alike(representation(other, 1)) < .05);
  BOOST_CHECK_THROW(of_x.alike(representation(other, 2)), data_error);
}
