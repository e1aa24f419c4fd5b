// tests/report/report.cpp: result.json comes back as it was, CSV and page say the same, and the page needs nothing
// else.
#define BOOST_TEST_MODULE report_report
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/report/write.hpp>
#include <krait/run/environment.hpp>
#include <krait/run/folder.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"
#include "sample_result.hpp"

using namespace krait;
using namespace krait::report;
using krait::testing::contains;
using krait::testing::sample_result;
using krait::testing::sentence_of;
using krait::testing::text_of;

BOOST_AUTO_TEST_CASE(json_comes_back_as_it_was) {
  const std::string text = json_text(to_json(sample_result()));
  BOOST_TEST(json_text(to_json(result_from(json::parse(text)))) == text);
}

BOOST_AUTO_TEST_CASE(json_has_the_members_that_others_rely_on) {
  const json j = to_json(sample_result());
  for (const char* name : {"experiment", "command", "version", "seeds", "settings", "environment", "seconds",
                           "peak_memory_bytes", "tables", "plots", "claims"})
    BOOST_TEST(j.contains(name), name);
  for (const char* name : {"id", "statement", "source", "value", "spread", "expected", "holds"})
    BOOST_TEST(j["claims"][0].contains(name), name);
}

BOOST_AUTO_TEST_CASE(numbers_that_are_not_finite_are_null) {
  result r = sample_result();
  r.seconds = INFINITY;
  r.claims[0].value = unknown;
  r.tables[0].rows[0].cells[2] = measured{-INFINITY, unknown};
  const json j = json::parse(json_text(to_json(r)));
  BOOST_TEST(j["seconds"].is_null());
  BOOST_TEST(j["claims"][0]["value"].is_null());
  BOOST_TEST(j["tables"][0]["rows"][0]["cells"][2]["value"].is_null());
  BOOST_TEST(std::isnan(result_from(j).claims[0].value));
}

BOOST_AUTO_TEST_CASE(numbers_keep_every_digit) {
  result r;
  r.seconds = 0.1 + 0.2;
  r.seeds = {18446744073709551615u};
  const result back = result_from(json::parse(json_text(to_json(r))));
  BOOST_TEST(back.seconds == r.seconds);
  BOOST_TEST(back.seeds[0] == r.seeds[0]);
}

BOOST_AUTO_TEST_CASE(another_json_is_refused_with_a_sentence) {
  BOOST_TEST(contains(sentence_of<data_error>([] { result_from(json::parse(R"({"experiment": 3})")); }),
                      "not a krait result"));
}

BOOST_AUTO_TEST_CASE(bytes_that_are_not_utf8_do_not_stop_the_report) {
  result r;
  r.finding = "half a character: \xC3";
  BOOST_TEST(json::accept(json_text(to_json(r))));
}

BOOST_AUTO_TEST_CASE(csv_quotes_what_needs_it) {
  table t{"t", "", {{"answer, given", ""}, {"share", "%"}, {"n"}}, {}};
  t.rows = {{{"say \"no\"\n", measured{12.345678901, 0.5}, std::int64_t{123456}}}, {{"b", 0.1}}};
  BOOST_TEST(csv(t) ==
             "\"answer, given\",share (%),share (%) spread,n\n\"say \"\"no\"\"\n\",12.345678901,0.5,123456\nb,0.1,,\n");
}

BOOST_AUTO_TEST_CASE(spread_over_seeds) {
  BOOST_TEST(mean_and_spread({1, 2, 3}).value == 2);
  BOOST_TEST(mean_and_spread({1, 2, 3}).spread == 1);
  BOOST_TEST(std::isnan(mean_and_spread({1}).spread));
  BOOST_TEST(std::isnan(mean_and_spread({}).value));
}

BOOST_AUTO_TEST_CASE(a_terminal_table_is_aligned) {
  table t{"t", "", {{"model"}, {"exact", "%"}}, {{{"mamba", measured{98.24, 0.9}}}, {{"s4", 9.0}}}};
  BOOST_TEST(terminal_table(t) == "model    exact (%)\nmamba   98.2 ± 0.9\ns4             9.0\n");
}

BOOST_AUTO_TEST_CASE(large_numbers_and_times_are_readable) {
  BOOST_TEST(report::detail::grouped("501248") == "501,248");
  BOOST_TEST(report::detail::grouped("-1234567.5") == "-1,234,567.5");
  BOOST_TEST(report::detail::grouped("2024") == "2024");
  BOOST_TEST(duration(4.21) == "4.2 s");
  BOOST_TEST(duration(248) == "4 min 8 s");
  BOOST_TEST(duration(7440) == "2 h 4 min");
}

BOOST_AUTO_TEST_CASE(the_folder_has_all_its_parts) {
  testing::scratch_folder here;
  const result r = sample_result();
  program::result_folder folder(here / "out", {}, program::beginning::fresh);
  write_report(r, folder);
  folder.commit();
  for (const table& t : r.tables) BOOST_TEST(text_of(here / "out" / (t.name + ".csv")) == csv(t));
  for (const plot& p : r.plots) BOOST_TEST(contains(text_of(here / "out" / (p.name + ".svg")), "</svg>"));
  BOOST_TEST(json::parse(text_of(here / "out/result.json")) == to_json(r));

  const std::string page = text_of(here / "out/index.html");
  const auto ours = [&](const char* pattern) { return std::regex_search(page, std::regex(pattern)); };
  BOOST_TEST(!ours("<script|<link [^>]*stylesheet|@import|url\\(|<img|<iframe"));  // nothing beside it
  BOOST_TEST(!ours("(src|href)=[\"'](?!#|data:,)"));
  BOOST_TEST(contains(page, "prefers-color-scheme: dark"));
  BOOST_TEST(contains(page, "name=\"viewport\""));
  BOOST_TEST(contains(page, "<h1>Does a Mamba unlearn noise"));
  BOOST_TEST(contains(page, r.command));
  BOOST_TEST(contains(page, "✗ Does not hold"));
  BOOST_TEST(contains(page, "✓ Holds"));

  std::set<std::string> ids;  // every name is used once, and every use finds its name
  const std::regex name("\\sid=[\"']([^\"']*)[\"']"), use("href=[\"']#([^\"']*)[\"']");
  for (std::sregex_iterator i(page.begin(), page.end(), name), end; i != end; ++i)
    BOOST_TEST(ids.insert((*i)[1]).second, (*i)[1] << " is there twice");
  for (std::sregex_iterator i(page.begin(), page.end(), use), end; i != end; ++i) BOOST_TEST(ids.count((*i)[1]) == 1u);
}

BOOST_AUTO_TEST_CASE(all_text_is_escaped) {
  const std::string nasty = "<script>alert('x')</script> & \"y\"";
  result r = sample_result();
  r.experiment = r.question = r.finding = r.command = r.version = nasty;
  r.notes = {nasty};
  r.settings = {{nasty, nasty}};
  r.environment = {{nasty, nasty}};
  r.claims = {{nasty, nasty, nasty, 1, 1, nasty, nasty, true}};
  r.tables = {{"t", nasty, {{nasty, nasty}}, {{{nasty}, true, nasty}}}};
  r.plots[0].caption = nasty;
  r.plots[0].data.back().source = nasty;
  const std::string page = html_page(r, {{"<svg></svg>", "<svg></svg>"}});
  BOOST_TEST(!contains(page, "<script"));
  BOOST_TEST(!contains(page, "alert('x')"));
  BOOST_TEST(contains(page, "&lt;script&gt;"));
}

BOOST_AUTO_TEST_CASE(numbers_are_kept_when_gnuplot_is_missing) {
  testing::scratch_folder here;
  program::result_folder folder(here / "out", {}, program::beginning::fresh);
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", "/no/such/folder", 1);
  const std::string text = sentence_of<file_error>([&] { write_report(sample_result(), folder); });
  ::setenv("PATH", before.c_str(), 1);
  BOOST_TEST(contains(text, "gnuplot-nox"));
  BOOST_TEST(contains(text_of(folder.partial() / "result.json"), "three_phase"));
  BOOST_TEST(!std::filesystem::exists(folder.partial() / "index.html"));
}

BOOST_AUTO_TEST_CASE(the_environment_is_known) {
  BOOST_TEST(program::peak_memory_bytes() > 1 << 20);
  std::set<std::string> names;
  for (const setting& s : program::environment()) names.insert(s.name);
  for (const char* name : {"processor", "cores", "memory", "compiler", "time"})
    BOOST_TEST(names.count(name) == 1u, name);
}
