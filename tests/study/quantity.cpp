// tests/study/quantity.cpp: expressions over a record, seed by seed, against values made by hand.
#define BOOST_TEST_MODULE study_quantity
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/quantity.hpp>

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
const labels small_flip = labels_from("model=small, noise=flip");

void are(const std::vector<double>& found, const std::vector<double>& wanted) {
  BOOST_REQUIRE(found.size() == wanted.size());
  for (std::size_t i = 0; i < found.size(); ++i) BOOST_TEST(found[i] == wanted[i], tools::tolerance(1e-12));
}
std::string complaint(const quantity& q, std::vector<std::string> given) {
  return sentence_of<study_error>([&] { q.check(empty, given); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_value_a_seed) {
  are(over_seeds(of("right"), r, small_flip), {.301, .302, .303});  // the last step
  are(over_seeds(percent("right"), r, small_flip), {30.1, 30.2, 30.3});
  are(over_seeds(of("right").first(), r, small_flip), {.101, .102, .103});
  are(over_seeds(of("right").at_step(20), r, small_flip), {.201, .202, .203});
  are(over_seeds(of("right").at_step(25), r, small_flip), {});  // nothing was measured then
  are(over_seeds(of("right"), r, small_flip, false, 10), {.101, .102, .103});
  are(over_seeds(of("right").last(), r, small_flip, false, 10), {.301, .302, .303});
  are(over_seeds(of("right"), empty, small_flip), {});
  const auto m = measured(percent("right"), r, small_flip);
  BOOST_TEST(m.value == 30.2, tools::tolerance(1e-12));
  BOOST_TEST(m.spread == .1, tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(labels_are_fixed_by_the_place_or_by_the_expression) {
  const quantity more = of("right").where("noise", "shuffle") - of("right").where("noise", "flip");
  are(over_seeds(more, r, {{"model", "small"}}), {.3, .3, .3});
  are(over_seeds(more, r, {{"model", "large"}}), {0, 0, 0});
  are(over_seeds(of("kept").at("length", 16), r, {{"model", "large"}, {"noise", "flip"}}), {.8, .6, .4});
}

BOOST_AUTO_TEST_CASE(arithmetic_and_any_function) {
  const quantity q = of("right");
  are(over_seeds((2 * q + 1) / (q - .001), r, small_flip), {1.602 / .3, 1.604 / .301, 1.606 / .302});
  are(over_seeds(q / (q - q), r, small_flip), {});  // over nothing: unknown
  are(over_seeds(combine([](const auto& v) { return std::max(v[0], v[1]); }, {q, .302}), r, small_flip),
      {.302, .302, .303});
}

BOOST_AUTO_TEST_CASE(steps_at_which_a_bound_is_crossed) {
  are(over_seeds(first_step(of("right"), .2), r, small_flip), {20, 20, 20});
  are(over_seeds(first_step(percent("right"), 20.2), r, small_flip), {30, 20, 20});
  are(over_seeds(first_step(of("right"), .303), r, small_flip), {30});  // two seeds never get there
  are(over_seeds(first_step_below(1 - of("right"), .7), r, small_flip), {30, 30, 30});
}

BOOST_AUTO_TEST_CASE(lines_through_the_levels_of_a_label) {
  const labels at = {{"model", "small"}};
  are(over_seeds(slope(of("kept"), log2_of("length")), r, at), {-.05, -.1, -.15});
  are(over_seeds(explained(of("kept"), log_of("length")), r, at), {1, 1, 1});
  are(over_seeds(slope(of("kept"), along("length")), r, {{"model", "nobody"}}), {});
  are(over_seeds(least_over("length", of("kept")), r, at), {.7, .4, .1});
  are(over_seeds(greatest_over("length", of("kept"), {"16", "64"}), r, at), {.8, .6, .4});
  are(over_seeds(mean_over("length", of("kept")), r, at), {.8, .6, .4});
  are(over_seeds(level_of("length") * of("kept"), r, with(at, {"length", 16})), {12.8, 9.6, 6.4});
}

// (4, .9), (16, .8), (64, .7): the slope is -6 / 2016, R^2 is 36 / (2016 * .02).
BOOST_AUTO_TEST_CASE(a_line_that_does_not_fit_well) {
  const labels at = {{"model", "small"}};
  BOOST_TEST(over_seeds(slope(of("kept"), along("length")), r, at)[0] == -6. / 2016, tools::tolerance(1e-12));
  BOOST_TEST(over_seeds(explained(of("kept"), along("length")), r, at)[0] == 36 / (2016 * .02),
             tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(published_numbers_are_asked_the_same) {
  const quantity lost = 100 * (1 - of("right"));
  are(over_seeds(lost, r, labels_from("model=giant, noise=flip"), true), {10});
  are(over_seeds(of("right").where("noise", "shuffle"), r, {{"model", "giant"}}, true), {.5});
  are(over_seeds(lost, r, small_flip, true), {});
  BOOST_TEST(source(r, labels_from("model=giant, noise=shuffle")) == "a paper, table 2");
  BOOST_TEST(source(r, {{"model", "giant"}}) == "a paper, table 1; a paper, table 2");
}

BOOST_AUTO_TEST_CASE(what_is_not_declared_is_found_before_anything_is_measured) {
  BOOST_TEST(complaint(of("right"), {"model", "noise"}) == "");
  BOOST_TEST(complaint(of("right").where("noise", "flip"), {"model"}) == "");
  BOOST_TEST(contains(complaint(of("wrong"), {"model"}), "no quantity wrong"));
  BOOST_TEST(
      contains(complaint(of("right"), {"model"}), "right has a value for each noise, and nothing here says which"));
  BOOST_TEST(contains(complaint(of("right").where("noise", "flop"), {"model"}),
                      "The label noise is never 'flop'; its values are: flip, shuffle"));
  BOOST_TEST(contains(complaint(of("right").where("colour", "red"), {}), "no label colour"));
  BOOST_TEST(contains(complaint(first_step(of("kept"), 1), {"model"}), "each length"));
  BOOST_TEST(complaint(slope(of("kept"), log2_of("length")), {"model"}) == "");
  BOOST_TEST(contains(complaint(slope(of("kept"), log2_of("lenght")), {"model"}), "no label lenght"));
  BOOST_TEST(contains(complaint(level_of("length"), {"model"}), "no length is given"));
  BOOST_TEST(complaint(of("right").where("model", "giant").where("noise", "flip"), {}) == "");  // a published level
}
