// tests/report/plot.cpp: plots come out as SVG that is whole, scalable, coloured by model, and safe against any
// text.
#define BOOST_TEST_MODULE report_plot
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <krait/report/plot/plot.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"
#include "sample_result.hpp"

using namespace krait;
using namespace krait::report;
using krait::testing::contains;
using krait::testing::sentence_of;

namespace {

plot simple(plot_kind kind = plot_kind::lines) {
  plot p{"simple", kind, "caption", "alt"};
  p.x.label = "step", p.y.label = "loss";
  p.categories = {"a", "b", "c"};
  p.data = {{"mamba", {1, 2, 3}, {3, 1, 2}, {0.1, 0.2, 0.3}}};
  return p;
}
std::string draw(const plot& p, plot_width width = plot_width::wide, svg_home home = svg_home::file) {
  palette colours;
  return plot_svg(p, colours, width, home);
}
const auto kinds = boost::unit_test::data::make({0, 1, 2, 3});
const auto widths = boost::unit_test::data::make({0, 1});

long count_of(const std::string& text, const std::string& part) {
  long count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++count;
  return count;
}

}  // namespace

BOOST_DATA_TEST_CASE(every_kind_is_whole_and_scales, kinds* widths, kind, width) {
  const std::string svg = draw(simple(plot_kind(kind)), plot_width(width));
  BOOST_TEST(svg.rfind("<svg xmlns=", 0) == 0u);
  BOOST_TEST(contains(svg, "viewBox=\"0 0 "));
  BOOST_TEST(!contains(svg.substr(0, svg.find('>')), " width="));
  BOOST_TEST(svg.substr(svg.size() - 7) == "</svg>\n");
  BOOST_TEST(count_of(svg, "<g") == count_of(svg, "</g>"));
  BOOST_TEST(contains(svg, "aria-label=\"alt\""));
  for (const char* never : {"black", "white", "<script", "http://www.w3.org/1999/xlink", "rgb(1,1,1)", "rgb(  2,"})
    BOOST_TEST(!contains(svg, never), never);
}

BOOST_AUTO_TEST_CASE(axes_are_named) {
  const std::string svg = draw(simple());
  BOOST_TEST(contains(svg, ">step</text>"));
  BOOST_TEST(contains(svg, ">loss</text>"));
}

BOOST_AUTO_TEST_CASE(on_a_page_the_text_has_the_colour_of_the_page) {
  const std::string svg = draw(simple(), plot_width::wide, svg_home::page);
  BOOST_TEST(contains(svg, "fill=\"currentColor\""));
  BOOST_TEST(contains(svg, "var(--axis)"));
}

BOOST_AUTO_TEST_CASE(a_model_keeps_its_colour) {
  palette colours;
  BOOST_TEST(colours.of("ridge") == "#009E73");
  BOOST_TEST(colours.of("mamba") == "#0072B2");
  BOOST_TEST(colours.of("transformer") == "#D55E00");
  BOOST_TEST(colours.of("s4") == "#CC79A7");
  BOOST_TEST(colours.of("ridge") == "#009E73");
  BOOST_TEST(colours.of("published") == published_colour);
  series s{"mamba, wordflip", {}, {}};
  s.model = "mamba";
  BOOST_TEST(colours.colour(s) == "#0072B2");
  s.published = true;
  BOOST_TEST(colours.colour(s) == published_colour);
}

BOOST_AUTO_TEST_CASE(a_palette_of_a_result_follows_its_plots) {
  palette one(testing::sample_result()), other(testing::sample_result());
  for (const char* name : {"3 nearest neighbours", "least squares", "ridge"})
    BOOST_TEST(one.of(name) == other.of(name));
  BOOST_TEST(one.of("least squares") != one.of("ridge"));
}

BOOST_AUTO_TEST_CASE(error_bars_are_drawn_where_given) {
  plot with = simple(), without = simple();
  without.data[0].spread.clear();
  palette colours;
  BOOST_TEST(contains(plot_script(with, colours, plot_width::wide), "with vectors nohead"));
  BOOST_TEST(!contains(plot_script(without, colours, plot_width::wide), "with vectors nohead"));
  with.spread = without.spread = spread_style::band;
  BOOST_TEST(contains(plot_script(with, colours, plot_width::wide), "with filledcurves"));
  BOOST_TEST(!contains(plot_script(without, colours, plot_width::wide), "with filledcurves"));
  for (const double y : without.data[0].y) without.data[0].low.push_back(y - 1), without.data[0].high.push_back(y + 2);
  BOOST_TEST(contains(plot_script(without, colours, plot_width::wide), "with filledcurves"));
  without.data[0].high.pop_back();
  BOOST_TEST(contains(sentence_of<data_error>([&] { draw(without); }), "intervals of 3 lower and 2 upper ends"));
}

BOOST_DATA_TEST_CASE(any_text_is_only_text, kinds, kind) {
  const std::string nasty = "it's <b>`touch krait-was-here`</b> \"$(x)\" @y %s \\n {/=20 z} & \n é";
  plot p = simple(plot_kind(kind));
  p.x.label = p.y.label = p.data[0].name = p.data[0].panel = p.categories[0] = p.alt = nasty;
  p.references = {{2, nasty, true}, {1.5, nasty}};
  const std::string svg = draw(p);
  BOOST_TEST(!contains(svg, "<b>"));
  BOOST_TEST(contains(svg, "&lt;b>`touch krait-was-here`"));
  BOOST_TEST(!std::filesystem::exists("krait-was-here"));
}

BOOST_DATA_TEST_CASE(odd_numbers_do_no_harm, kinds, kind) {
  plot p = simple(plot_kind(kind));
  const std::vector<std::vector<double>> odd = {{unknown, unknown, unknown},
                                                {0, 0, 0},
                                                {1, unknown, INFINITY},
                                                {-1, -2, -3},
                                                {1e-30, 1e30, 1},
                                                {5, 5, 5},
                                                {-5, -5, -5},
                                                {0.1 + 0.2, 0.3, 0.3},
                                                {1e9, 1e9 + 1e-3, 1e9},
                                                {-0.3, -0.1 - 0.2, -0.3}};
  for (bool log : {false, true})
    for (const auto& y : odd) {
      p.y.log = p.x.log = log;
      p.data[0].y = y;
      BOOST_TEST(contains(draw(p), "</svg>"));
    }
}

BOOST_AUTO_TEST_CASE(what_never_changes_has_an_axis_all_the_same) {
  plot p = simple();
  p.data[0].spread.clear();
  p.data[0].y = {0.1 + 0.2, 0.3, 0.3};
  p.data[0].x = {1e6, 1e6 + 1e-6, 1e6};
  BOOST_TEST(contains(draw(p), ">0.3</text>"));
  p.y.low = 0.3;
  BOOST_TEST(contains(draw(p), ">0.3</text>"));
}

BOOST_AUTO_TEST_CASE(the_key_shows_the_dashes_of_its_lines) {
  plot p = simple();
  p.data = {{"seed 1", {1, 2, 3}, {3, 1, 2}}, {"seed 2", {1, 2, 3}, {2, 3, 1}}, {"seed 3", {1, 2, 3}, {1, 2, 3}}};
  for (series& s : p.data) s.model = "mamba";
  for (const plot_kind kind : {plot_kind::lines, plot_kind::radar}) {
    p.kind = kind;
    const std::string svg = draw(p);
    BOOST_TEST(count_of(svg, "stroke-dasharray='9.9") == 2);  // the line, and its sample in the key
    BOOST_TEST(count_of(svg, "stroke-dasharray='3.3") == 2);
  }
}

BOOST_AUTO_TEST_CASE(long_labels_are_in_lines) {
  palette colours;
  plot p = simple();
  const std::string label = "log-probability of the clean answer (nats a token)",
                    steps = "steps of all the phases together";
  p.y.label = label, p.x.label = steps;
  BOOST_TEST(count_of(plot_script(p, colours, plot_width::wide), "'" + label + "'") == 1);
  p.data = {p.data[0], p.data[0], p.data[0]};
  p.data[0].panel = "one", p.data[1].panel = "another", p.data[2].panel = "one that says in many words what it shows";
  for (const plot_kind kind : {plot_kind::lines, plot_kind::bars}) {
    p.kind = kind;
    const std::string script = plot_script(p, colours, plot_width::wide);
    BOOST_TEST(!contains(script, label));
    BOOST_TEST(count_of(script, "'log-probability of") == 3);
    BOOST_TEST(!contains(script, steps));
    BOOST_TEST(!contains(script, p.data[2].panel));
  }
  for (series& s : p.data) s.panel = "", s.name += ", trained on what nobody has thought of before";
  for (const int kind : {0, 1, 2, 3}) {
    p.kind = plot_kind(kind);
    BOOST_TEST(!contains(plot_script(p, colours, plot_width::narrow), p.data[0].name), "kind " << kind);
    BOOST_TEST(contains(draw(p, plot_width::narrow), "</svg>"));
  }
}

BOOST_AUTO_TEST_CASE(slanting_names_have_room_below) {
  palette colours;
  plot p = simple(plot_kind::bars);
  p.categories = {"P1 clean", "P2 un-flipped", "P3 clean again"};
  p.data = {p.data[0], p.data[0], p.data[0]};
  p.data[0].panel = "one", p.data[1].panel = "another", p.data[2].panel = "a third";
  const std::string script = plot_script(p, colours, plot_width::wide);
  const std::size_t size = script.find("size 720,") + 9, label = script.find("'P3 clean again' at screen");
  const double height = std::stod(script.substr(size)),
               up = std::stod(script.substr(script.find(", screen ", label) + 9));
  BOOST_TEST(contains(script.substr(label, 80), "rotate"));
  BOOST_TEST(up * height > 14 * 0.5 * 13.5 * 0.616);  // 14 letters at 38 degrees
}

// What one series reaches does not flatten the others: a logarithmic axis where all is above 0, else the axis of the
// others, and a mark that says how far it goes.
BOOST_AUTO_TEST_CASE(an_outlying_series_does_not_flatten_the_others) {
  palette colours;
  plot p = simple();
  p.data = {{"mamba", {1, 2, 3}, {3, 1, 2}}, {"transformer", {1, 2, 3}, {2, 3, 1}}, {"s4", {1, 2, 3}, {3, 400, 5e4}}};
  std::string script = plot_script(p, colours, plot_width::wide);
  BOOST_TEST(contains(script, "set logscale y"));
  BOOST_TEST(contains(script, "'loss, logarithmic'"));
  p.data[0].y[1] = -1;  // nowhere on a logarithmic axis
  script = plot_script(p, colours, plot_width::wide);
  BOOST_TEST(contains(script, "unset logscale y"));
  BOOST_TEST(contains(script, "'▲ 5e+04'"));
  const auto range = [](const std::string& text) {
    const std::size_t at = text.find("set yrange [") + 12;
    return std::pair(std::stod(text.substr(at)), std::stod(text.substr(text.find(':', at) + 1)));
  };
  BOOST_TEST(range(script).first < -1);
  BOOST_TEST(range(script).second > 3);
  BOOST_TEST(range(script).second < 5);
  BOOST_TEST(contains(draw(p), "▲ 5e+04"));  // and gnuplot does not warn
  p.y.high = 10;                             // who gives the axis an end gets it, and the mark
  script = plot_script(p, colours, plot_width::wide);
  BOOST_TEST(range(script).second == 10);
  BOOST_TEST(contains(script, "'▲ 5e+04'"));
  p.y.high = unknown;
  p.data.pop_back();
  p.data[1].y[1] = 4e4;  // of two nobody knows which is the outlier
  script = plot_script(p, colours, plot_width::wide);
  BOOST_TEST(range(script).second > 4e4);
  BOOST_TEST(!contains(script, "▲"));
  p.data[1].y[1] = 12;  // a difference that can be seen
  p.data[0].y[1] = 1;
  BOOST_TEST(contains(plot_script(p, colours, plot_width::wide), "unset logscale y"));
}

BOOST_AUTO_TEST_CASE(a_radar_has_a_gap_where_a_value_is_missing) {
  plot p = simple(plot_kind::radar);
  p.categories = {"a", "b", "c", "d", "e"};
  p.data = {{"mamba", {}, {1, 2, 3, 2, 1}}, {"transformer", {}, {1, 2, unknown, 2, 1}}};
  palette colours;
  const std::string script = plot_script(p, colours, plot_width::wide);
  const auto ring = [&](const std::string& name) {
    const std::size_t start = script.find(name + " << EOD\n") + name.size() + 8;
    return script.substr(start, script.find("EOD", start) - start);
  };
  BOOST_TEST(count_of(ring("$ring0"), "\n") == 6);  // closed
  BOOST_TEST(count_of(ring("$ring0"), "\n\n") == 0);
  BOOST_TEST(count_of(ring("$ring1"), "\n") == 6);  // five points and the empty line of the gap
  BOOST_TEST(count_of(ring("$ring1"), "\n\n") == 1);
  BOOST_TEST(count_of(script, "filledcurves closed") == 1);  // what is open encloses nothing

  BOOST_TEST(contains(draw(p), "</svg>"));
  p.data[1].y = std::vector<double>(5, unknown);
  BOOST_TEST(!contains(plot_script(p, colours, plot_width::wide), "$ring1"));
  BOOST_TEST(contains(draw(p), "</svg>"));
}

BOOST_AUTO_TEST_CASE(a_warning_of_gnuplot_is_an_error) {
  const std::string said = sentence_of<error>([] {
    gnuplot(
        "set terminal svg\nset xrange [0:1]\nset yrange [0:1]\n$none << EOD\n\nEOD\nplot $none using 1:2 with lines\n");
  });
  BOOST_TEST(contains(said, "gnuplot warned while it drew a plot"));
  BOOST_TEST(contains(said, "no valid points"));
  BOOST_TEST(!contains(said, "\n"));
}

BOOST_AUTO_TEST_CASE(one_point_and_a_thousand) {
  plot p = simple();
  p.data = {{"mamba", {3}, {0.5}}};
  BOOST_TEST(contains(draw(p), "</svg>"));
  p.data = {{"mamba", {}, {}}};
  BOOST_TEST(contains(draw(p), "</svg>"));
  for (int i = 0; i < 1000; ++i)
    p.data[0].x.push_back(i), p.data[0].y.push_back(std::sin(i * 0.01)), p.data[0].spread.push_back(0.1);
  BOOST_TEST(contains(draw(p), "polygon"));  // so many points have a band
}

BOOST_AUTO_TEST_CASE(parts_that_do_not_fit_are_named) {
  plot p = simple();
  p.data[0].y.pop_back();
  BOOST_TEST(sentence_of<data_error>([&] { draw(p); }) ==
             "plot 'simple': series 'mamba' has 2 values for 3 places: correct the study that fills it");
  p = simple(), p.data[0].spread.pop_back();
  BOOST_TEST(contains(sentence_of<data_error>([&] { draw(p); }), "3 values and 2 spreads"));
  p = simple(), p.name = "../x";
  BOOST_TEST(contains(sentence_of<data_error>([&] { draw(p); }), "letters, digits"));
  p = simple(), p.data.clear();
  BOOST_TEST(contains(sentence_of<data_error>([&] { draw(p); }), "no series"));
}

BOOST_AUTO_TEST_CASE(ticks_are_round) {
  using namespace report::detail;
  std::vector<std::string> labels;
  for (const tick& t : linear_ticks(0, 100, 5)) labels.push_back(t.label);
  BOOST_TEST(labels == (std::vector<std::string>{"0", "20", "40", "60", "80", "100"}),
             boost::test_tools::per_element());
  labels.clear();
  for (const tick& t : log_ticks(1e-6, 1, 6)) labels.push_back(t.label);
  BOOST_TEST(labels == (std::vector<std::string>{"10⁻⁶", "10⁻⁵", "10⁻⁴", "0.001", "0.01", "0.1", "1"}),
             boost::test_tools::per_element());
  labels.clear();
  for (const tick& t : linear_ticks(0, 20000, 4)) labels.push_back(t.label);
  BOOST_TEST(labels.back() == "20k");
}

BOOST_AUTO_TEST_CASE(a_missing_or_failing_gnuplot_is_one_sentence) {
  BOOST_TEST(contains(sentence_of<error>([] { gnuplot("no such command\n"); }), "gnuplot failed to draw a plot"));
  const std::string before = std::getenv("PATH");
  ::setenv("PATH", "/no/such/folder", 1);
  const std::string text = sentence_of<file_error>([] { require_gnuplot(); });
  ::setenv("PATH", before.c_str(), 1);
  BOOST_TEST(contains(text, "apt-get install gnuplot-nox"));
  BOOST_TEST(!contains(text, "\n"));
  require_gnuplot();
}
