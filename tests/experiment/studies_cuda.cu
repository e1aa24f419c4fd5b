// tests/experiment/studies_cuda.cu: whole studies with --device cuda, from the command line to the report: what they
// find is what the CPU finds, and a killed one goes on to the same bits.
#define BOOST_TEST_MODULE experiment_studies_cuda
#ifndef KRAIT_WITH_CUDA
#define KRAIT_WITH_CUDA 1
#endif
#include "../cuda_testing.hpp"
#include "study_process.hpp"
//
#include <krait/experiment/in_context.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/paper/in_context.hpp>
#include <krait/paper/noise.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/baseline/least_squares.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr experiment::three_phase_config phases{
    .length = tiny_length, .batch = 8, .learn = 6, .noise = 3, .relearn = 3, .evaluate_every = 3, .learnt = 0};
using noise_study =
    experiment::three_phase<model::list<model::named<"mamba", tiny_mamba>>, a_dozen, noise::list<noise::charflip<>>,
                            brisk, schedule::constant<>, metric::list<mortal>, phases, paper::learn_unlearn_retain>;

constexpr experiment::in_context_config prompts_of_two_sizes{
    .steps = 12,
    .batch = 6,
    .per_shard = 2,
    .prompts = 40,
    .keep_every = 4,
    .curriculum = {.points = {.start = 5, .end = 6, .interval = 6}, .dimensions = {.start = 3, .end = 3}}};
using prompt_study = experiment::in_context<model::list<model::named<"mamba", tiny_vectors>>, tiny_task,
                                            task::baseline::list<task::baseline::least_squares>, brisk,
                                            schedule::constant<>, prompts_of_two_sizes, paper::in_context_regression>;

/// Every number of the tables and plots up to rounding, everything else exactly.
void agree(const nlohmann::json& a, const nlohmann::json& b, const std::string& where) {
  if (a.is_number_float() || b.is_number_float()) {
    const double x = a.get<double>(), y = b.get<double>();
    BOOST_TEST(std::abs(x - y) <= 2e-3 * std::max({std::abs(x), std::abs(y), 0.1}), where << ": " << x << ", " << y);
  } else if (a.is_structured()) {
    BOOST_REQUIRE_MESSAGE(a.size() == b.size(), where);
    const auto x = a.flatten(), y = b.flatten();
    for (const auto& [key, value] : x.items()) {
      BOOST_REQUIRE_MESSAGE(y.contains(key), where + key);
      agree(value, y[key], where + key);
    }
  } else {
    BOOST_TEST((a == b), where << ": " << a << ", " << b);
  }
}

template <class Study> void finds_the_same() {
  const scratch_folder here;
  for (const char* device : {"cpu", "cuda"}) {
    const outcome o = run_study<Study>(here.path, {"--device", device, "--out", (here / device).string()});
    BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  }
  const auto cpu = result_of(here / "cpu"), cuda = result_of(here / "cuda");
  BOOST_TEST(files_in(here / "cpu") == files_in(here / "cuda"), boost::test_tools::per_element());
  for (const char* part : {"tables", "plots"}) agree(cpu[part], cuda[part], part);
  // Losses differ in their last digits, as sums have another order there: so it was the device that trained.
  BOOST_TEST((text_of(here / "cpu/record.csv") != text_of(here / "cuda/record.csv")));
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_noise_study_finds_the_same) { finds_the_same<noise_study>(); }
BOOST_AUTO_TEST_CASE(prompts_are_the_same) { finds_the_same<prompt_study>(); }

BOOST_AUTO_TEST_CASE(a_killed_study_goes_on) {
  const scratch_folder here;
  const outcome whole = run_study<noise_study>(here.path, {"--device", "cuda", "--out", (here / "whole").string()});
  BOOST_REQUIRE_MESSAGE(whole.code() == 0, whole.err);
  const int kills =
      die_and_resume<noise_study>(here.path, {"--device", "cuda", "--out", (here / "killed").string()}, {30, 60}, 40);
  BOOST_TEST(kills > 1);
  same_results(here / "whole", here / "killed");
}

#ifdef SIMT_HARNESS
// One sentence with what to do, and nothing half-written.
BOOST_AUTO_TEST_CASE(a_device_that_cannot_be_used) {
  const std::tuple<const char*, simt::fault, const char*> cases[] = {
      {"cudaGetDeviceCount", {cudaErrorNoDevice}, "there is no CUDA device here: use --device cpu"},
      {"cudaGetDeviceCount", {cudaErrorInsufficientDriver}, "the driver is older than the CUDA toolkit of this build"},
      {"cudaLaunchKernelEx", {cudaErrorNoKernelImageForDevice}, "this build has no code for this device"},
      {"cudaMalloc", {cudaErrorMemoryAllocation}, "the device has too little free memory"},
      {"cudaMemGetInfo", {cudaErrorUnknown}, "use a smaller batch or model, or --device cpu"},
  };
  for (const auto& [call, fault, words] : cases) {
    const scratch_folder here;
    simt::faults() = {{call, fault}};
    const outcome o = run_study<prompt_study>(here.path, {"--device", "cuda", "--out", (here / "out").string()});
    simt::faults() = {};
    BOOST_TEST_CONTEXT(call << ": " << o.err) {
      BOOST_TEST(o.code() == 6);
      BOOST_TEST(contains(o.err, words));
      BOOST_TEST(std::ranges::count(o.err, '\n') == 1);
      BOOST_TEST(!std::filesystem::exists(here / "out"));
    }
  }
}
// It says --resume, and that ends with the same bits.
BOOST_AUTO_TEST_CASE(a_device_that_is_lost) {
  const scratch_folder here;
  const outcome whole = run_study<prompt_study>(here.path, {"--device", "cuda", "--out", (here / "whole").string()});
  BOOST_REQUIRE_MESSAGE(whole.code() == 0, whole.err);
  std::vector<std::string> options{"--device", "cuda", "--out", (here / "lost").string()};
  simt::faults() = {{"cudaStreamSynchronize", {cudaErrorLaunchFailure, 14}}};
  const outcome lost = run_study<prompt_study>(here.path, options, {.hurry = true});
  simt::faults() = {};
  BOOST_TEST(lost.code() == 6, lost.err);
  BOOST_TEST(contains(lost.err, "the device was lost in the middle of the run: start again with --resume"));
  BOOST_TEST(std::filesystem::exists(here / "lost.partial"));
  options.push_back("--resume");
  const outcome resumed = run_study<prompt_study>(here.path, options);
  BOOST_TEST(resumed.code() == 0, resumed.err);
  same_results(here / "whole", here / "lost");
}
#endif
