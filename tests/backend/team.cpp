#define BOOST_TEST_MODULE backend_team
#include <array>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <krait/backend/cpu/team.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
using krait::backend::team;

namespace {

/// The text of what run() throws; empty where it throws nothing.
template <class F> std::string thrown_by(team& t, F&& f) {
  try {
    t.run(f);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_member_runs_once_each_time) {
  for (const int size : {1, 2, 3, 7}) {
    team t(size);
    BOOST_TEST(t.size() == size);
    std::vector<int> calls(static_cast<std::size_t>(size));
    std::vector<std::thread::id> who(static_cast<std::size_t>(size));
    for (int run = 0; run < 50; ++run)
      t.run([&](int thread) {
        ++calls[static_cast<std::size_t>(thread)];  // its own place: nothing here is atomic
        who[static_cast<std::size_t>(thread)] = std::this_thread::get_id();
      });
    BOOST_TEST((calls == std::vector<int>(static_cast<std::size_t>(size), 50)));
    BOOST_TEST((who[0] == std::this_thread::get_id()));
    BOOST_TEST(std::set<std::thread::id>(who.begin(), who.end()).size() == static_cast<std::size_t>(size));
  }
}

// What members wrote is there after run(), and what the caller wrote is there within: no run overtakes another.
BOOST_AUTO_TEST_CASE(runs_follow_each_other) {
  team t(3);
  std::array<long, 3> seen{};
  long now = 0, wrong = 0;
  for (; now < 4'000; ++now) {
    t.run([&](int thread) { seen[static_cast<std::size_t>(thread)] += now; });
    for (const long sum : seen) wrong += sum != now * (now + 1) / 2;
  }
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(members_share_work_through_a_counter) {
  team t(4);
  std::vector<int> done(1000);
  std::atomic<int> next{0};
  t.run([&](int) {
    for (int i; (i = next.fetch_add(1)) < 1000;) ++done[static_cast<std::size_t>(i)];
  });
  BOOST_TEST((done == std::vector<int>(1000, 1)));
}

BOOST_AUTO_TEST_CASE(the_first_members_exception_comes_out_and_the_team_lives_on) {
  for (const int size : {1, 2, 3}) {
    team t(size);
    for (int round = 0; round < 20; ++round) {
      std::atomic<int> ended{0};
      const auto all_throw = [&](int thread) {
        ++ended;
        throw std::runtime_error("member " + std::to_string(thread));
      };
      BOOST_TEST(thrown_by(t, all_throw) == "member 0");
      BOOST_TEST(ended == size);  // nobody is left behind
      const auto last_throws = [&](int thread) {
        if (thread == size - 1) throw std::runtime_error("the last");
      };
      BOOST_TEST(thrown_by(t, last_throws) == "the last");
      BOOST_TEST(thrown_by(t, [](int) {}) == "");  // and no old exception comes again
    }
  }
}

BOOST_AUTO_TEST_CASE(teams_come_and_go) {
  int sum = 0;
  for (int i = 0; i < 200; ++i) {
    team idle(3);  // never runs
    team t(2);
    std::atomic<int> calls{0};
    t.run([&](int) { ++calls; });
    sum += calls;
  }
  BOOST_TEST(sum == 400);
}

// A state that decays would otherwise cost a hundred times as much.
BOOST_AUTO_TEST_CASE(denormals_are_flushed_in_every_member) {
#if defined(__SSE__)
  team t(3);
  std::array<float, 3> halved{1, 1, 1};
  t.run([&](int thread) {
    volatile float small = 1.5e-38f;  // just above the smallest normal number
    halved[static_cast<std::size_t>(thread)] = small * 0.25f;
  });
  BOOST_TEST((halved == std::array<float, 3>{0, 0, 0}));
#else
  BOOST_TEST_MESSAGE("skipped: only x86 has this switch");
#endif
}
