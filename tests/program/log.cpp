// tests/program/log.cpp: what was measured survives kills, torn lines and other orders of small runs.
#define BOOST_TEST_MODULE program_log
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/log.hpp>
#include <limits>

#include "../scratch_folder.hpp"
using namespace krait;
using namespace krait::program;
using krait::testing::contains;
using krait::testing::scratch_folder;
using krait::testing::sentence_of;
using krait::testing::text_of;

namespace {

studies::record declared() {
  studies::record r;
  r.seeds = {1, 2, 3};
  r.declare_levels("model", std::vector<std::string>{"a", "b, \"c\"\n"});
  r.declare("x", {"model"});
  return r;
}
std::string gathered(const measurement_log& log, const std::vector<std::string>& legs) {
  auto r = declared();
  log.gather(legs, r);
  return json_text(r);
}

}  // namespace

BOOST_AUTO_TEST_CASE(lines_are_read_as_they_were_written) {
  scratch_folder here;
  std::string before;
  std::uint64_t half = 0;
  {
    measurement_log log(here / "log", false, {});
    log.add("one", {{{"model", "a"}}, 1, 10, "x", .1});
    log.flush();
    half = log.bytes();
    log.add("one", {{{"model", "a"}}, 1, 20, "x", std::numeric_limits<double>::quiet_NaN()});
    log.finish("one");
    log.add("two", {{{"model", "b, \"c\"\n"}}, ~std::uint64_t{0}, 10, "x", -1e-300});
    log.flush(true);
    BOOST_TEST(log.finished("one"));
    BOOST_TEST(!log.finished("two"));
    before = gathered(log, {"two", "one"});
  }
  BOOST_TEST(contains(before, "1e-300"));
  measurement_log again(here / "log", true, {});
  BOOST_TEST(gathered(again, {"two", "one"}) == before);
  BOOST_TEST(again.finished("one"));
  again.forget("two");
  BOOST_TEST(gathered(again, {"two"}) == gathered(again, {}));

  // As far as a checkpoint says, and no further.
  measurement_log part(here / "log", true, half);
  BOOST_TEST(!part.finished("one"));
  BOOST_TEST(part.bytes() == half);
  BOOST_TEST(text_of(here / "log").size() == half);
}

// A line a measured loss, at once; after a kill each stands there once; small runs in the order of the record.
BOOST_AUTO_TEST_CASE(losses_stand_in_the_curve) {
  scratch_folder here;
  const auto curve = here / "curve.csv";
  const std::string leg = "a, \"1\"", head = "step,seed,model,leg,loss\n", first = "10,1,a,\"a, \"\"1\"\"\",0.5\n",
                    second = "20,1,a,\"a, \"\"1\"\"\",0.25\n";
  std::uint64_t kept = 0;
  {
    measurement_log log(here / "log", false, {}, curve);
    BOOST_TEST(text_of(curve) == head);
    log.add(leg, {{{"model", "a"}, {"noise", "x"}}, 1, 10, "loss", .5});
    log.add(leg, {{{"model", "a"}, {"noise", "y"}}, 1, 10, "loss", .5});
    log.add(leg, {{{"model", "a"}}, 1, 10, "exact", 1});
    log.flush();
    kept = log.bytes();
    log.add(leg, {{{"model", "a"}}, 1, 20, "loss", .25});
    BOOST_TEST(text_of(curve) == head + first + second);
  }
  measurement_log again(here / "log", true, kept, curve);
  BOOST_TEST(text_of(curve) == head + first);
  again.add(leg, {{{"model", "a"}}, 1, 20, "loss", .25});
  BOOST_TEST(text_of(curve) == head + first + second);
  again.add("two", {{}, 2, 5, "loss of pretraining", 1});
  again.forget(leg);
  again.add("one", {{}, 2, 5, "loss", std::numeric_limits<double>::quiet_NaN()});
  BOOST_TEST(text_of(curve) == head + "5,2,,two,1\n5,2,,one,\n");
  again.arrange_curve({"one", "two"});
  BOOST_TEST(text_of(curve) == head + "5,2,,one,\n5,2,,two,1\n");
}

BOOST_AUTO_TEST_CASE(a_torn_last_line_is_dropped_and_anything_else_is_refused) {
  scratch_folder here;
  {
    measurement_log log(here / "log", false, {});
    log.add("one", {{{"model", "a"}}, 1, 10, "x", .1});
    log.finish("one");
    log.flush();
  }
  const std::string good = text_of(here / "log");
  for (std::size_t more = 1; more < good.size(); more += 7) {
    write_file(here / "log", good + good.substr(0, more));
    measurement_log log(here / "log", true, {});
    BOOST_TEST(log.finished("one"));
    BOOST_TEST(log.bytes() >= good.size());
  }
  for (const std::string& bad :
       {std::string("x\n"), std::string("[]\n"), std::string("[1, 2]\n"), "[\"one\", {}, 1]\n" + good}) {
    write_file(here / "log", bad);
    BOOST_TEST(contains(sentence_of<data_error>([&] { measurement_log(here / "log", true, {}); }),
                        "holds no measurements of this study; give --restart to begin anew"));
  }
  write_file(here / "log", good);
  BOOST_TEST(!sentence_of<data_error>([&] { measurement_log(here / "log", true, good.size() + 1); }).empty());
  const std::vector<report::setting> settings = {{"experiment", std::string("x")}};
  const auto state = result_folder(here / "out", settings, beginning::fresh).state_dir();
  write_file(state / "training.safetensors", std::string("\x50\0\0\0\0\0\0\0{\"__metad", 17));
  const result_folder resumed(here / "out", settings, beginning::resume);
  const std::string said = sentence_of<data_error>([&] { legs{resumed}; });
  BOOST_TEST(contains(said, "cannot go on with this run, for "));
  BOOST_TEST(contains(said, "training.safetensors"));
  BOOST_TEST(contains(said, ": give --restart in place of --resume, and it begins anew."));
  measurement_log fresh(here / "log", false, {});  // a new run does not read it
  BOOST_TEST(text_of(here / "log").empty());
}

namespace {

/// Nine small runs, of which `failing` has no finite number; how many were measured.
std::string measured(const std::filesystem::path& out, int threads, beginning how, int failing, int& ran) {
  result_folder folder(out, {}, how);
  auto record = declared();
  legs all(folder);
  std::FILE* nowhere = std::fopen("/dev/null", "w");
  std::atomic<int> count{0};
  std::vector<small_run> runs;
  for (int i = 0; i < 9; ++i)
    runs.push_back({"run " + std::to_string(i), 1, [i, failing, &count](auto& found) {
                      ++count;
                      if (i == failing) throw number_error("it is not finite");
                      found.push_back({{{"model", "a"}}, static_cast<std::uint64_t>(1 + i % 3), i, "x", std::sqrt(i)});
                    }});
  {
    progress shown(9, "runs", nowhere);
    try {
      all.run(runs, threads, shown);
    } catch (...) {
      ran = count;
      std::fclose(nowhere);
      throw;
    }
  }
  std::fclose(nowhere);
  ran = count;
  all.gather(record);
  return json_text(record);
}

}  // namespace

BOOST_AUTO_TEST_CASE(small_runs_are_the_same_for_any_threads_and_after_a_failure) {
  scratch_folder here;
  int ran = 0;
  const std::string one = measured(here / "one", 1, beginning::fresh, -1, ran);
  BOOST_TEST(ran == 9);
  BOOST_TEST(measured(here / "three", 3, beginning::fresh, -1, ran) == one);
  const std::string said = sentence_of<number_error>([&] { measured(here / "cut", 1, beginning::fresh, 5, ran); });
  BOOST_TEST(said == "run 5: it is not finite");
  BOOST_TEST(ran == 6);
  BOOST_TEST(
      contains(sentence_of<option_error>([&] { measured(here / "cut", 1, beginning::fresh, -1, ran); }), "--resume"));
  BOOST_TEST(measured(here / "cut", 2, beginning::resume, -1, ran) == one);
  BOOST_TEST(ran == 4);  // the others were kept
}

namespace {
void measure(measurement_log& log, long step) {
  log.add("a", {{{"model", "mamba"}}, 1, step, "loss", .5});
  log.flush();
}
/// Numbers in the file.
std::size_t kept(const std::filesystem::path& file) {
  measurement_log log(file, true, {});
  studies::record record;
  record.declare_label("model", {"mamba"});
  record.declare("loss", {"model"});
  log.gather({"a"}, record);  // throws where a number stands twice
  return record.measured().empty() ? 0 : record.measured()[0].points.size();
}
}  // namespace

// Killed after its lines and before the first checkpoint, a leg begins anew; killed again, it has each number once.
BOOST_AUTO_TEST_CASE(a_leg_that_began_anew_has_each_number_once) {
  scratch_folder here;
  {
    measurement_log log(here / "log", false, {});
    measure(log, 5);
    measure(log, 10);
  }
  BOOST_TEST(kept(here / "log") == 2u);
  {
    measurement_log log(here / "log", true, {});
    log.forget("a");
    log.forget("b");
    measure(log, 5);
  }
  BOOST_TEST(kept(here / "log") == 1u);
}
