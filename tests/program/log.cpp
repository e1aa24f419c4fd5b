// tests/program/log.cpp: what a run has measured, through kills.
#define BOOST_TEST_MODULE program_log
#include <boost/test/unit_test.hpp>
#include <krait/run/log.hpp>
#include <string>

#include "../scratch_folder.hpp"
using namespace krait;
using namespace krait::testing;
using program::measurement_log;

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
