// tests/program/legs.cpp: when a leg's checkpoint is written, and which weights stay.
#define BOOST_TEST_MODULE program_legs
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/run/legs.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"
#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;
using program::keep, program::legs;

namespace {

/// Five looks at a training under other bounds; after which of them a checkpoint was written.
std::vector<int> written(double share, double least) {
  const double usual_share = std::exchange(legs::share, share), usual_least = std::exchange(legs::least, least);
  scratch_folder here;
  const program::result_folder folder(here / "out", {}, program::beginning::fresh);
  legs all(folder);
  vector_trainer<> trainer(1, 1);
  all.begin("a", trainer);
  const auto state = folder.state_dir() / "training.safetensors";
  std::vector<int> looks;
  for (int step = 1; step <= 5; ++step) {
    std::filesystem::remove(state);
    all.look("a", trainer, step, 5);
    if (std::filesystem::exists(state)) looks.push_back(step);
  }
  legs::share = usual_share, legs::least = usual_least;
  return looks;
}

}  // namespace

// The first costs nothing as far as is known, the last is needed.
BOOST_AUTO_TEST_CASE(a_checkpoint_is_written_where_it_costs_little) {
  BOOST_TEST(legs::share == .02);
  BOOST_TEST(written(1e9, 0) == (std::vector<int>{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(written(1e-9, 0) == (std::vector<int>{1, 5}), boost::test_tools::per_element());
  BOOST_TEST(written(1e9, 3600) == (std::vector<int>{5}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(weights_stay_as_long_as_they_are_needed) {
  scratch_folder here;
  program::result_folder folder(here / "out", {}, program::beginning::fresh);
  {
    legs all(folder);
    vector_trainer<> trainer(1, 1), next(2, 1);
    BOOST_TEST(bits_of(trainer.master()) != bits_of(next.master()));
    for (const auto& [leg, what] :
         {std::pair("none", keep::nothing), {"later", keep::later}, {"result", keep::result}}) {
      all.begin(leg, trainer);
      all.look(leg, trainer, 1, 1, what);
    }
    BOOST_CHECK_THROW(all.start_from("none", next, "next"), error);
    for (const char* leg : {"later", "result"}) {
      vector_trainer<> other(3, 1);
      all.start_from(leg, other, "next");
      BOOST_TEST(bits_of(other.master()) == bits_of(trainer.master()));
    }
  }
  folder.commit();
  std::vector<std::string> left;
  for (const auto& file : std::filesystem::recursive_directory_iterator(here / "out"))
    if (file.path().extension() == ".safetensors") left.push_back(file.path().filename().string());
  BOOST_TEST(left == (std::vector<std::string>{"result.safetensors"}), boost::test_tools::per_element());
}
