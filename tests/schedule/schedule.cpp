#define BOOST_TEST_MODULE schedule_schedule
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/schedule/schedule.hpp>
#include <limits>

#include "../oracle.hpp"
using namespace krait;

namespace {

constexpr schedule::warmup_config five{.warmup = 5}, tenth{.warmup = 5, .final = 0.1};

template <class S> void agrees_with_transformers(const char* name) {
  const testing::oracle o("schedules");
  BOOST_REQUIRE(o["warmup"][0] == 5);
  const auto expected = o[name];
  const long steps = static_cast<long>(o["total"][0]);
  BOOST_REQUIRE(expected.size() == static_cast<std::size_t>(steps) + 1);
  for (long step = 0; step <= steps; ++step)
    BOOST_TEST(std::abs(S::factor(step, steps) - expected[static_cast<std::size_t>(step)]) < 1e-15,
               name << " at " << step);
}

/// Never rises after the warm-up, never leaves [final, 1], also for runs shorter than the warm-up.
template <class S> void is_sane(double last) {
  for (const long steps : {1L, 2L, 3L, 7L, 10L, 100L}) {
    double before = 0;
    bool risen = false;
    for (long step = 0; step <= steps; ++step) {
      const double now = S::factor(step, steps);
      BOOST_TEST((std::isfinite(now) && now >= 0 && now <= 1));
      if (now < before) risen = true;
      if (risen) BOOST_TEST(now <= before);
      before = now;
    }
    if (steps > 1) BOOST_TEST(std::abs(before - last) < 1e-15, steps << " steps");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(transformers_agrees) {
  agrees_with_transformers<schedule::constant<five>>("constant");
  agrees_with_transformers<schedule::linear<five>>("linear");
  agrees_with_transformers<schedule::cosine<five>>("cosine");
}

BOOST_AUTO_TEST_CASE(every_length_of_run) {
  is_sane<schedule::constant<>>(1);
  is_sane<schedule::constant<five>>(1);
  is_sane<schedule::linear<>>(0);
  is_sane<schedule::linear<five>>(0);
  is_sane<schedule::cosine<five>>(0);
  is_sane<schedule::linear<tenth>>(0.1);
  is_sane<schedule::cosine<tenth>>(0.1);
}

namespace {
template <class S> void stays_at_its_end() {
  for (const long steps : {0L, 1L, 2L, 7L, 24L})
    for (const long more : {0L, 1L, 2L, 12L, 24L, 25L, 1'000'000L, std::numeric_limits<long>::max() / 2})
      BOOST_TEST(S::factor(std::max(1L, steps) + more, steps) == S::factor(std::max(1L, steps), steps),
                 steps << " steps and " << more << " more");
}
}  // namespace
// The usual cosine is a whole period: past its end it would rise again.
BOOST_AUTO_TEST_CASE(after_the_last_step_nothing_changes) {
  stays_at_its_end<schedule::constant<five>>();
  stays_at_its_end<schedule::linear<>>();
  stays_at_its_end<schedule::linear<tenth>>();
  stays_at_its_end<schedule::cosine<>>();
  stays_at_its_end<schedule::cosine<five>>();
  stays_at_its_end<schedule::cosine<tenth>>();
  BOOST_TEST(schedule::cosine<>::factor(20, 10) == 0);
  BOOST_TEST(std::abs(schedule::cosine<tenth>::factor(48, 24) - 0.1) < 1e-15);
}

BOOST_AUTO_TEST_CASE(without_warm_up_the_first_step_is_whole) {
  BOOST_TEST(schedule::constant<>::factor(0, 10) == 1);
  BOOST_TEST(schedule::linear<>::factor(0, 10) == 1);
  BOOST_TEST(schedule::cosine<>::factor(0, 10) == 1);
}

// A quick run of 6 steps with a warm-up of 5 would otherwise hardly train.
BOOST_AUTO_TEST_CASE(a_warm_up_takes_at_most_half_of_the_run) {
  BOOST_TEST(schedule::cosine<five>::factor(3, 6) == 1);
  BOOST_TEST(schedule::cosine<five>::factor(1, 6) == 1.0 / 3);
}

BOOST_AUTO_TEST_CASE(a_final_factor_scales_the_fall) {
  for (long step = 5; step <= 24; ++step) {
    BOOST_TEST(std::abs(schedule::linear<tenth>::factor(step, 24) -
                        (0.1 + 0.9 * schedule::linear<five>::factor(step, 24))) < 1e-15);
    BOOST_TEST(std::abs(schedule::cosine<tenth>::factor(step, 24) -
                        (0.1 + 0.9 * schedule::cosine<five>::factor(step, 24))) < 1e-15);
  }
}
