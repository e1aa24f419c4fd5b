// tests/report/merge.cpp: several results on one page: rows under a first column, panels side by side, sentences that
// say of which part they are.
#define BOOST_TEST_MODULE report_merge
#include <boost/test/unit_test.hpp>
#include <krait/report/merge.hpp>
#include <krait/report/palette.hpp>
#include <krait/report/plot/plot.hpp>
#include <krait/report/text.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"
#include "sample_result.hpp"
using namespace krait;
using namespace krait::report;
using krait::testing::contains;

namespace {

result of(double rate) {
  result r = testing::sample_result();
  r.settings = {{"lr", rate}, {"facts", std::int64_t{256}}};
  r.command = "examples/run noise/three_phase";
  r.notes = {"one note"};
  std::get<measured>(r.tables[0].rows[0].cells[2]).value = rate;
  return r;
}

}  // namespace

BOOST_AUTO_TEST_CASE(two_values_of_a_setting) {
  const result a = of(.5), b = of(2);
  const result both = merged("rate", {{"0.5", "rate 0.5", a}, {"2", "rate 2", b}});
  BOOST_REQUIRE(both.tables.size() == a.tables.size());
  const table& t = both.tables[0];
  BOOST_TEST((t.columns[0].name == "rate" && t.columns[0].decimals == 1));
  BOOST_TEST(t.columns.size() == a.tables[0].columns.size() + 1);
  BOOST_TEST(t.rows.size() == 2 * a.tables[0].rows.size() - 1);  // the published row stands there once
  BOOST_TEST((t.rows[0].cells[0] == cell(.5) && std::get<measured>(t.rows[0].cells[3]).value == .5));
  BOOST_TEST((t.rows[5].cells[0] == cell(std::int64_t{2}) && std::get<measured>(t.rows[5].cells[3]).value == 2));
  BOOST_TEST((t.rows[4].published && t.rows[4].cells[0] == cell()));
  BOOST_TEST(contains(csv(t), "\n0.5,mamba,charflip,0.5,0.9,"));

  std::size_t lines = 0;
  for (const plot& p : a.plots) {
    const auto found = std::ranges::find(both.plots, p.name, &plot::name);
    if (p.kind == plot_kind::lines || p.kind == plot_kind::bars) {
      BOOST_REQUIRE((found != both.plots.end()));
      BOOST_TEST(found->data.size() == 2 * p.data.size());
      BOOST_TEST(found->data.back().panel ==
                 (p.data.back().panel.empty() ? "" : ", " + p.data.back().panel).insert(0, "rate 2"));
      palette colours(both);
      BOOST_TEST(contains(plot_svg(*found, colours), "</svg>"));
      ++lines;
    } else {
      for (const char* name : {"-1", "-2"}) BOOST_TEST(std::ranges::count(both.plots, p.name + name, &plot::name) == 1);
    }
  }
  BOOST_TEST(lines > 1u);
  BOOST_TEST(both.plots.size() == 2 * a.plots.size() - lines);

  BOOST_TEST(both.claims.size() == 2 * a.claims.size());
  BOOST_TEST(both.claims.back().statement == "rate 2: " + a.claims.back().statement);
  BOOST_TEST(both.claims.back().id != both.claims.front().id);
  BOOST_TEST(both.finding == "rate 0.5: " + a.finding + " rate 2: " + b.finding);
  BOOST_TEST((both.settings.size() == 3u && both.settings[0].name == "lr (rate 0.5)" &&
              both.settings[1].name == "facts" && both.settings[2].name == "lr (rate 2)"));
  BOOST_TEST(both.command == a.command);
  BOOST_TEST(both.notes.size() == 1u);
  BOOST_TEST(both.seconds == 2 * a.seconds);
}

BOOST_AUTO_TEST_CASE(runs_that_have_not_all_in_common) {
  result a = of(1), b = of(1);
  b.command = "examples/run noise/three_phase --seed 2";
  b.tables[0].columns[2].name = "other";
  b.tables[1].name = "more";
  b.plots[0].categories.push_back("one more");
  const result both = merged("run", {{"first", "first", a}, {"second", "second", b}});
  BOOST_TEST((both.tables.size() == 4u));
  BOOST_TEST(std::ranges::count(both.tables, a.tables[0].name + "-2", &table::name) == 1);
  BOOST_TEST((both.tables[0].rows[0].cells[0] == cell(std::string("first"))));
  BOOST_TEST(std::ranges::count(both.plots, a.plots[0].name + "-2", &plot::name) == 1);
  BOOST_TEST(both.command == a.command + "\n" + b.command);
}
