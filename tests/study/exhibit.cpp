// tests/study/exhibit.cpp: tables, plots, claims and sentences that a page makes of a record.
#define BOOST_TEST_MODULE study_exhibit
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/report/text.hpp>
#include <krait/study/exhibit.hpp>
#include <krait/study/plain.hpp>
#include <set>

#include "../scratch_folder.hpp"
#include "sample.hpp"
using namespace krait;
using namespace krait::studies;
using krait::testing::contains;
using krait::testing::sample_record;
using krait::testing::sentence_of;
namespace tools = boost::test_tools;

namespace {

const record r = sample_record(), empty = sample_record(false);

std::string complaint(const exhibits& page) {
  return sentence_of<study_error>([&] { check(page, empty); });
}
table by_noise() {
  return {.name = "t", .rows = {"noise", "model"}, .columns = {{"right", percent("right"), 1}}, .caption = "c"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(rows_are_combinations_and_published_ones_follow) {
  const auto t = drawn({.tables = {by_noise()}}, r).tables[0];
  BOOST_TEST(report::csv(t) ==
             "noise,model,right (%),right (%) spread,published in\n"
             "flip,small,30.2,0.10000000000000142,\n"
             "flip,large,30.2,0.10000000000000142,\n"
             "flip,giant,90,,\"a paper, table 1\"\n"
             "shuffle,small,60.19999999999999,0.10000000000000142,\n"
             "shuffle,large,30.2,0.10000000000000142,\n"
             "shuffle,giant,50,,\"a paper, table 2\"\n");
}

BOOST_AUTO_TEST_CASE(columns_spread_over_a_label) {
  table t{.name = "t",
          .rows = {{"length", "tokens"}},
          .columns = spread("model", of("kept"), 2, "{} model"),
          .caption = ""};
  BOOST_TEST(report::csv(drawn({.tables = {t}}, r).tables[0])
                 .starts_with("tokens,small model,small model spread,large model,large model spread\n4,0.8"));
  t.only = {{"length", {"64"}}};
  BOOST_TEST(drawn({.tables = {t}}, r).tables[0].rows.size() == 1u);
  BOOST_TEST(drawn({.tables = {t}}, empty).tables[0].rows.empty());
}

BOOST_AUTO_TEST_CASE(published_numbers_of_a_spread_label_have_a_column) {
  record with_bound = sample_record();
  with_bound.publish("kept", {{"model", "bound"}, {"length", 16}}, .25, "analytic");
  const table t{.name = "t", .rows = {"length"}, .columns = spread("model", of("kept")), .caption = ""};
  const auto made = drawn({.tables = {t}}, with_bound).tables[0];
  BOOST_TEST(made.rows.size() == 3u);
  BOOST_TEST(made.columns.back().name == "bound");
  BOOST_TEST(made.columns.back().published);
  BOOST_TEST((made.rows[1].cells.back() == report::cell(.25)));
  BOOST_TEST((made.rows[0].cells.back() == report::cell()));
}

BOOST_AUTO_TEST_CASE(lines_over_the_training_and_over_a_label) {
  const exhibits page{
      .plots = {lines{.name = "a", .x = {}, .y = of("right"), .series = "model", .panel = "noise", .caption = ""},
                lines{.name = "b",
                      .x = {.over = "length", .log = true, .map = [](double x) { return 2 * x; }},
                      .y = {{"", of("kept")}, {"half", .5 * of("kept"), true, "a bound"}},
                      .series = "model",
                      .caption = ""},
                lines{.name = "c",
                      .x = {},
                      .y = of("right"),
                      .series = "model",
                      .caption = "",
                      .where = {{"noise", "flip"}},
                      .each_seed = true}}};
  const auto plots = drawn(page, r).plots;
  BOOST_REQUIRE(plots.size() == 3u);
  BOOST_TEST(plots[0].data.size() == 4u);  // published numbers have no steps
  BOOST_TEST(plots[0].data[3].panel == "shuffle");
  BOOST_TEST(plots[0].data[0].x == (std::vector<double>{10, 20, 30}), tools::per_element());
  BOOST_TEST(plots[0].data[0].y[1] == .202, tools::tolerance(1e-12));
  BOOST_TEST(plots[0].data[0].spread[1] == .001, tools::tolerance(1e-9));
  BOOST_TEST(plots[0].x.label == "training steps");
  BOOST_TEST(contains(plots[0].alt, "one for each model, a panel for each noise"));
  BOOST_TEST(plots[1].data.size() == 4u);
  BOOST_TEST(plots[1].data[1].name == "small, half");
  BOOST_TEST(plots[1].data[1].published);
  BOOST_TEST(plots[1].data[1].source == "a bound");
  BOOST_TEST(plots[1].data[0].x == (std::vector<double>{8, 32, 128}), tools::per_element());
  BOOST_TEST(plots[2].data.size() == 6u);
  BOOST_TEST(plots[2].data[0].name == "small, seed 1");
  BOOST_TEST(plots[2].data[0].spread.empty());
}

BOOST_AUTO_TEST_CASE(bars_by_label_and_by_quantity) {
  const exhibits page{
      .plots = {bars{.name = "a", .categories = "noise", .y = percent("right"), .series = "model", .caption = ""},
                bars{.name = "b",
                     .y = {{"first", of("right").first()}, {"last", of("right")}},
                     .series = "model",
                     .panel = "noise",
                     .caption = "",
                     .published = false},
                radar{.name = "c", .categories = "length", .y = of("kept"), .series = "model", .caption = ""},
                heat_map{.name = "d", .rows = "model", .columns = "length", .of = of("kept"), .caption = ""}}};
  const auto plots = drawn(page, r).plots;
  BOOST_REQUIRE(plots.size() == 4u);
  BOOST_TEST(plots[0].data.size() == 3u);
  BOOST_TEST(plots[0].data[2].name == "giant (published)");
  BOOST_TEST(plots[0].data[2].published);
  BOOST_TEST(plots[0].data[2].y == (std::vector<double>{90, 50}), tools::per_element());
  BOOST_TEST(plots[1].categories == (std::vector<std::string>{"first", "last"}), tools::per_element());
  BOOST_TEST(plots[1].data.size() == 4u);
  BOOST_TEST(plots[2].data.size() == 2u);
  BOOST_TEST(plots[3].data[1].y.size() == 3u);
  BOOST_TEST(drawn(page, empty).plots.size() == 1u);  // only published bars
}

BOOST_AUTO_TEST_CASE(a_single_seed_has_no_spread) {
  record one = sample_record();
  one.seeds = {2};
  const auto found = drawn(
      {.tables = {by_noise()},
       .plots = {lines{.name = "a", .x = {}, .y = of("right"), .series = "model", .panel = "noise", .caption = ""}}},
      one);
  BOOST_TEST(std::isnan(std::get<report::measured>(found.tables[0].rows[0].cells[2]).spread));
  BOOST_TEST(found.plots[0].data[0].spread.empty());
  // Nor has it in a plot that the page has made itself.
  const report::series own{.name = "a", .y = {.5, 1}, .spread = {report::unknown, report::unknown}};
  BOOST_TEST(drawn({.plots = {report::plot{.name = "own", .data = {own}}}}, one).plots[0].data[0].spread.empty());
}

// Of nine sizes the even ones are a family and share a colour; of eight each has its own.
BOOST_AUTO_TEST_CASE(more_series_than_colours_are_coloured_by_family) {
  for (const int sizes : {8, 9}) {
    record many;
    many.seeds = {1};
    std::vector<std::string> all, even;
    for (int i = 0; i < sizes; ++i) all.push_back(level(i));
    for (int i = 0; i < sizes - 1; i += 2) even.push_back(level(i));
    many.declare_label("size", all);
    many.declare_group("size", "even", even);
    many.declare("right", {"size"});
    for (const auto& size : all)
      for (const long step : {1L, 2L}) many.add({{"size", size}}, 1, step, "right", .5);
    const auto plot =
        drawn({.plots = {lines{.name = "a", .x = {}, .y = of("right"), .series = "size", .caption = ""}}}, many)
            .plots[0];
    std::set<std::string> colours;
    for (const auto& s : plot.data) colours.insert(s.model);
    BOOST_TEST(colours.size() == std::size_t(sizes == 8 ? 8 : 9 - 4 + 1));
    BOOST_TEST(colours.contains("even") == (sizes == 9));
  }
}

// Where seeds tell no spread, the quantity's own interval is shown; where they do, it is not.
BOOST_AUTO_TEST_CASE(an_interval_stands_in_for_one_seed) {
  record one = sample_record(), three = sample_record();
  one.seeds = {2};
  const quantity right = percent("right").within(percent("right") - 5, percent("right") + 10);
  const exhibits page{
      .tables = {table{.name = "t", .rows = {"noise", "model"}, .columns = {column{"right", right}}, .caption = ""}},
      .plots = {lines{.name = "a", .x = {}, .y = right, .series = "model", .panel = "noise", .caption = ""},
                bars{.name = "b", .categories = "noise", .y = right, .series = "model", .caption = ""}}};
  const auto found = drawn(page, one), several = drawn(page, three);
  const auto cell = std::get<report::measured>(found.tables[0].rows[0].cells[2]);
  BOOST_TEST(cell.value == 30.2);
  BOOST_TEST(cell.low == 25.2);
  BOOST_TEST(cell.high == 40.2);
  BOOST_TEST(contains(report::csv(found.tables[0]), "right (%),right (%) spread,right (%) low,right (%) high"));
  BOOST_TEST(contains(report::terminal_table(found.tables[0]), "30.2 [25.2, 40.2]"));
  const report::series& line = found.plots[0].data[0];
  BOOST_TEST(line.low.size() == line.y.size());
  BOOST_TEST(line.bar_low(2) == 25.2);
  BOOST_TEST(line.bar_high(2) == 40.2);
  BOOST_TEST(found.plots[1].data[0].bar_high(0) == 40.2);
  const report::plot again =
      report::result_from(report::json::parse(report::json_text(report::to_json(report::result{.plots = found.plots}))))
          .plots[0];
  BOOST_TEST(again.data[0].bar_low(2) == 25.2);

  BOOST_TEST(several.plots[0].data[0].low.empty());
  BOOST_TEST(several.plots[0].data[0].bar_high(2) == 30.2 + .1, tools::tolerance(1e-9));
  BOOST_TEST(!contains(report::csv(several.tables[0]), " low"));
  // It goes where its quantity goes, and is checked with it.
  const auto at_first = measured(right.where("model", "large").first(), one, {{"noise", "flip"}});
  BOOST_TEST(at_first.low == at_first.value - 5);
  BOOST_CHECK_THROW(of("right").within(of("wrong"), of("right")).check(one, {"model", "noise"}), study_error);
}

BOOST_AUTO_TEST_CASE(claims_of_every_model_with_their_own_published_values) {
  const claim c{.id = "right",
                .each = {"model", "noise"},
                .value = percent("right"),
                .holds = at_least(50),
                .says = "The {model} stands {noise}.",
                .source = "a paper",
                .against = "model"};
  const auto claims = drawn({.claims = {c}}, r).claims;
  BOOST_REQUIRE(claims.size() == 4u);
  BOOST_TEST(claims[0].id == "right.small.flip");
  BOOST_TEST(claims[0].statement == "The small stands flip.");
  BOOST_TEST(claims[0].expected == "at least 50 %; published: 90.0 (giant)");
  BOOST_TEST(!claims[0].holds);
  BOOST_TEST(claims[1].expected == "at least 50 %; published: 50.0 (giant)");
  BOOST_TEST(claims[1].holds);
  BOOST_TEST(claims[1].value == 60.2, tools::tolerance(1e-12));
  // What nobody published is not counted as published.
  claim other = c;
  other.each = {"model"}, other.value = of("kept").at("length", 4), other.says = "x";
  BOOST_TEST(drawn({.claims = {other}}, r).claims[0].source == "");
}

BOOST_AUTO_TEST_CASE(conditions) {
  BOOST_TEST(at_most(5).holds({5, 5}));
  BOOST_TEST(!below(5).holds({5}));
  BOOST_TEST(above(4).holds({5}));
  BOOST_TEST(within(.2, 1).holds({.9, .8}));
  BOOST_TEST(!within(.1, 1).holds({.9, .8}));
  BOOST_TEST(!at_least(0).holds({}));  // nothing measured, nothing shown
  // Mean 2, deviation 1, three seeds: a standard error is .57735, and Student's t with two degrees of freedom goes
  // beyond 4.5268 as rarely as a normal distribution beyond 2 (SciPy 1.17.1: t.isf(norm.sf(2), 2)), so 2.6136.
  BOOST_TEST(above(-.62).by_errors(2).holds({1, 2, 3}));
  BOOST_TEST(!above(-.61).by_errors(2).holds({1, 2, 3}));
  BOOST_TEST(below(4.62).by_errors(2).holds({1, 2, 3}));
  BOOST_TEST(!above(0).by_errors(2).holds({100}));  // a single seed shows nothing
  BOOST_TEST(above(0).by_errors(2).text("points") == "above 0 by 2 standard errors (by Student's t)");
  BOOST_TEST(within(.15, 1).text("") == "1, within 0.15");
}

BOOST_AUTO_TEST_CASE(a_precondition_decides_what_the_finding_says) {
  exhibits page{.claims = {{.id = "learnt",
                            .each = {"model"},
                            .value = percent("right").where("noise", "flip"),
                            .holds = at_least(20),
                            .precondition = true,
                            .says = "The {model} has learnt."}},
                .finding = {{"the {model} has {share} % under {noise}",
                             {{"share", percent("right"), 1}},
                             {"model", "noise"},
                             {},
                             {{"model", {"small"}}},
                             "In short, ",
                             " and ",
                             "."}},
                .otherwise = "Nothing can be said"};
  BOOST_TEST(drawn(page, r).finding ==
             "In short, the small has 30.2 % under flip and the small has 60.2 % under shuffle.");
  page.claims[0].holds = at_least(50);
  BOOST_TEST(drawn(page, r).finding ==
             "Nothing can be said, for this does not hold: The small has learnt. Here 30.2 %, expected at least 50 %.");
  page.claims.clear();
  BOOST_TEST(drawn(page, empty).finding == "This run has measured too little to say anything.");
}

BOOST_AUTO_TEST_CASE(a_page_that_does_not_fit_is_one_sentence_before_the_training) {
  BOOST_TEST(complaint({.tables = {by_noise()}}) == "");
  table t = by_noise();
  t.rows = {"noise", "modle"};
  BOOST_TEST(contains(complaint({.tables = {t}}), "no label modle"));
  t = by_noise(), t.rows = {"noise"};
  BOOST_TEST(contains(complaint({.tables = {t}}), "table t: The quantity right has a value for each model"));
  t = by_noise(), t.only = {{"noise", {"flop"}}};
  BOOST_TEST(contains(complaint({.tables = {t}}), "never 'flop'"));
  t = by_noise(), t.where = {{"length", 5}};
  BOOST_TEST(contains(complaint({.tables = {t}}), "never '5'"));
  BOOST_TEST(contains(complaint({.tables = {by_noise(), by_noise()}}), "two tables of the name 't'"));
  t = by_noise(), t.name = "a/b";
  BOOST_TEST(contains(complaint({.tables = {t}}), "The table 'a/b' gives its name to a file"));
  BOOST_TEST(
      contains(complaint({.plots = {lines{.name = "p", .x = {.over = "lenght"}, .y = of("kept"), .caption = ""}}}),
               "no label lenght"));
  BOOST_TEST(contains(complaint({.plots = {bars{.name = "p", .categories = "noise", .y = of("right"), .caption = ""}}}),
                      "plot p: The quantity right has a value for each model"));
  BOOST_TEST(contains(complaint({.claims = {{.id = "c", .value = of("wrong"), .holds = above(0), .says = ""}}}),
                      "claim c: This study has no quantity wrong"));
  BOOST_TEST(contains(complaint({.finding = {{"{x}", {{"x", of("kept")}}}}}),
                      "finding: The quantity kept has a value for each model"));
}

BOOST_AUTO_TEST_CASE(a_study_without_a_page_has_a_plain_one) {
  check(plain::of(empty), empty);
  const auto found = drawn(plain::of(r), r);
  BOOST_TEST(found.tables.size() == 2u);
  BOOST_TEST(found.tables[0].rows.size() == 4u);
  BOOST_TEST(!found.plots.empty());
  // Whatever its quantities are called.
  record spoken;
  spoken.seeds = {1};
  spoken.declare_label("model", {"small"});
  spoken.declare("answer tokens", {"model"});
  check(plain::of(spoken), spoken);
  spoken.add({{"model", "small"}}, 1, 2, "answer tokens", 3);
  const auto drawn_so = drawn(plain::of(spoken), spoken);
  BOOST_TEST(drawn_so.tables[0].name == "answer_tokens");
  BOOST_TEST(drawn_so.plots[0].name == "answer_tokens");
}
