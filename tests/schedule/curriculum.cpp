#define BOOST_TEST_MODULE schedule_curriculum
#include <boost/test/unit_test.hpp>
#include <krait/schedule/curriculum.hpp>
#include <limits>
using namespace krait::schedule;

// Garg et al.: 11 points, two more every 2,000 steps, up to 41; 5 dimensions, one more each time, up to 20.
BOOST_AUTO_TEST_CASE(the_published_curriculum) {
  constexpr curriculum_config c{.points = {.start = 11, .end = 41, .increment = 2},
                                .dimensions = {.start = 5, .end = 20}};
  static_assert(c.points.at(0) == 11 && c.dimensions.at(0) == 5);
  BOOST_TEST(c.points.at(1999) == 11);
  BOOST_TEST(c.points.at(2000) == 13);
  BOOST_TEST(c.dimensions.at(2000) == 6);
  BOOST_TEST(c.points.at(29'999) == 39);
  BOOST_TEST(c.dimensions.at(29'999) == 19);
  BOOST_TEST(c.points.at(30'000) == 41);
  BOOST_TEST(c.dimensions.at(30'000) == 20);
  BOOST_TEST(c.points.at(500'000) == 41);
}

BOOST_AUTO_TEST_CASE(the_end_is_not_overshot) {
  constexpr growth g{.start = 3, .end = 10, .increment = 4, .interval = 5};
  for (long step = 0; step < 30; ++step) BOOST_TEST(g.at(step) == (step < 5 ? 3 : step < 10 ? 7 : 10));
}

BOOST_AUTO_TEST_CASE(a_very_long_run_stays_at_the_end) {
  constexpr growth g{.start = 1, .end = 41, .increment = 2, .interval = 1};
  for (const long step : {20L, 21L, 1000L, 4'000'000'000L, std::numeric_limits<long>::max()})
    BOOST_TEST(g.at(step) == 41);
}

BOOST_AUTO_TEST_CASE(no_curriculum_is_whole_from_the_first_step) {
  constexpr auto c = whole(41, 20);
  for (const long step : {0L, 1L, 2000L, 1'000'000L}) {
    BOOST_TEST(c.points.at(step) == 41);
    BOOST_TEST(c.dimensions.at(step) == 20);
  }
}
