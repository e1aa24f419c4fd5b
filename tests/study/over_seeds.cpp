// tests/study/over_seeds.cpp: quantities that look at all steps or at all seeds together, and the grey beside them.
#define BOOST_TEST_MODULE study_over_seeds
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/exhibit.hpp>
using namespace krait;
using namespace krait::studies;

namespace {

/// Two seeds of a quantity over steps, and one that is unknown with the second seed.
record seen() {
  record r;
  r.seeds = {3, 4};
  r.declare_label("model", {"a", "b"});
  r.declare_label("share", {"0.4", "0.8"});
  r.declare("error", {"model", "share"});
  r.declare("loss", {});
  for (const std::uint64_t seed : r.seeds) {
    const double s = static_cast<double>(seed);
    r.add({{"model", "a"}, {"share", "0.4"}}, seed, 0, "error", s);
    r.add({{"model", "a"}, {"share", "0.8"}}, seed, 0, "error", 9 - s);
    r.add({{"model", "b"}, {"share", "0.4"}}, seed, 0, "error", seed == 3 ? 1 : report::unknown);
    for (const long step : {0L, 1L, 2L, 3L}) r.add({}, seed, step, "loss", static_cast<double>((step % 2) * 2 + 1));
  }
  r.publish("error", {{"model", "bound"}, {"share", "0.4"}}, 2, "analytic");
  r.publish("error", {{"model", "bound"}, {"share", "0.8"}}, 4, "analytic");
  return r;
}
const labels a_low = {{"model", "a"}, {"share", "0.4"}}, b_low = {{"model", "b"}, {"share", "0.4"}};

}  // namespace

BOOST_AUTO_TEST_CASE(a_course_is_any_function_of_the_steps) {
  const record r = seen();
  const quantity loss = of("loss");
  const auto best =
      measured(over_steps([](const course& all) { return all[1].first + 10 * all[1].second; }, loss), r, {});
  BOOST_TEST(best.value == 31);
  BOOST_TEST(best.spread == 0);
  // numpy.polyfit over 0, 1, 2, 3 of 1, 3, 1, 3: 0.4 x + 1.4, r^2 = 0.2
  const auto line = measured(over_steps([](const course& all) { return fit(all).slope; }, loss), r, {});
  const auto share = measured(over_steps([](const course& all) { return fit(all).explained; }, loss), r, {});
  BOOST_TEST(std::abs(line.value - .4) < 1e-14);
  BOOST_TEST(std::abs(share.value - .2) < 1e-14);
  BOOST_TEST(std::isnan(fit({{1, 2}}).slope));
}

BOOST_AUTO_TEST_CASE(what_is_not_linear_is_made_of_means) {
  const record r = seen();
  const quantity error = of("error");
  // By seed the greatest of (3, 6) and (4, 5) is 6 and 5; the greatest mean of (3.5, 5.5) is 5.5, and has no spread.
  const labels a = {{"model", "a"}};
  const auto pooled_greatest = measured(greatest_over("share", pooled(error)), r, a);
  BOOST_TEST(pooled_greatest.value == 5.5);
  BOOST_TEST(std::isnan(pooled_greatest.spread));
  const quantity square = combine([](const auto& v) { return v[0] * v[0]; }, {pooled(error)});
  BOOST_TEST(measured(square, r, a_low).value == 3.5 * 3.5);
}

BOOST_AUTO_TEST_CASE(a_mean_of_those_that_came_through_flatters) {
  const record r = seen();
  BOOST_TEST(measured(of("error"), r, b_low).value == 1);
  BOOST_TEST(std::isnan(measured(complete(of("error")), r, b_low).value));
  BOOST_TEST(measured(complete(of("error")), r, a_low).value == 3.5);
}

BOOST_AUTO_TEST_CASE(analytic_numbers_stand_beside_measured_ones) {
  for (const record& r : {seen(), record_from(json_text(seen()), "record.json")}) {
    const quantity error = of("error"), bound = in_published(error.where("model", "bound"));
    BOOST_TEST(measured(error / bound, r, a_low).value == 1.75);
    exhibits page{.tables = {},
                  .plots = {lines{.name = "errors",
                                  .x = {.over = "share"},
                                  .y = {{"", error}, {"twice", 2 * bound, true, "nobody"}},
                                  .series = "model",
                                  .caption = "Errors.",
                                  .only = {{"model", {"a"}}},
                                  .least = 3.75}}};
    check(page, r);
    const auto plot = drawn(page, r).plots.at(0);
    BOOST_REQUIRE(plot.data.size() == 3u);
    BOOST_TEST(plot.data[0].name == "a");
    BOOST_TEST(plot.data[0].y[0] == 3.75);  // 3.5 stands there
    BOOST_TEST(plot.data[0].y[1] == 5.5);
    BOOST_TEST(plot.data[1].name == "a, twice");
    BOOST_TEST(plot.data[1].published);
    BOOST_TEST(plot.data[1].spread.empty());
    BOOST_TEST(plot.data[1].y[0] == 4);
    BOOST_TEST(plot.data[2].name == "bound");  // and not "bound (published)"
  }
}

BOOST_AUTO_TEST_CASE(numbers_as_panels_and_series_say_of_what) {
  record r = seen();
  const exhibits page{
      .tables = {},
      .plots = {
          bars{.name = "errors", .categories = "model", .y = of("error"), .series = "share", .caption = "Errors."},
          bars{.name = "panels",
               .categories = "model",
               .y = of("error"),
               .panel = "share",
               .caption = "Errors.",
               .published = false}}};
  const auto plots = drawn(page, r).plots;
  BOOST_TEST(plots.at(0).data.at(0).name == "share 0.4");
  BOOST_TEST(plots.at(1).data.at(1).panel == "share 0.8");
}
