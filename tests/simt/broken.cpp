// broken_test.cpp: every mistake of broken.cuh is caught: by an error with the right words, by a wrong result in one of
// the seeds, or by a sanitizer's report that is preceded by the place in the kernel.
#define BOOST_TEST_MODULE simt_broken
#include "broken.cuh"

#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "harness.hpp"

using krait::testing::check;

/// The launch fails, and the message has all these words.
void refused(const char* what, const std::function<void()>& launch, std::initializer_list<const char*> words) {
  for (const auto seed : krait::testing::orders) {
    simt::options().seed = seed;
    try {
      launch();
      check(false, std::string(what) + ": not caught with seed " + std::to_string(seed));
    } catch (const simt::error& error) {
      const std::string message = error.what();
      if (seed == krait::testing::orders.front()) std::printf("  %s\n", message.c_str());
      for (const char* word : words)
        check(message.find(word) != message.npos, std::string(what) + ": \"" + word + "\" is not in: " + message);
    }
  }
}

/// The wrong kernel gives another result than wanted with some seed, the right one with none.
template <class Run> void seen(const char* what, const std::vector<float>& want, Run run) {
  int wrong = 0;
  const int all = static_cast<int>(krait::testing::orders.size());
  for (const auto seed : krait::testing::orders) {
    simt::options().seed = seed;
    check(run(std::true_type{}) == want,
          std::string(what) + ": the right kernel is wrong with seed " + std::to_string(seed));
    if (!simt::sanitizers::race) wrong += run(std::false_type{}) != want;  // else see races()
  }
  if (simt::sanitizers::race) return;
  check(wrong > 0, std::string(what) + ": no seed shows it");
  std::printf("  %s: wrong result in %d of %d seeds\n", what, wrong, all);
}

/// In a process of its own: the launch makes a sanitizer stop it (or the harness throw), with these words.
void reported(const char* what, const std::function<void()>& launch, std::initializer_list<const char*> words) {
  int ends[2];
  if (pipe(ends) != 0) return check(false, "pipe");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], 2);
    close(ends[0]);
    simt::options().seed = 0;
    try {
      launch();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
    std::exit(0);  // ThreadSanitizer changes this status when it has reported something
  }
  close(ends[1]);
  std::string output;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) output.append(buffer, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  check(!(WIFEXITED(status) && WEXITSTATUS(status) == 0), std::string(what) + ": not caught");
  for (const char* word : words)
    check(output.find(word) != output.npos,
          std::string(what) + ": \"" + word + "\" is not in: " + output.substr(0, 2000));
  std::printf("  %s: %s\n", what, output.substr(0, output.find('\n', output.find("simt:"))).substr(0, 300).c_str());
}

std::vector<float> counting(std::size_t n) {
  std::vector<float> x(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = static_cast<float>(i + 1);
  return x;
}

void wrong_results() {
  const auto x = counting(64);
  std::vector<float> reversed(x.rbegin(), x.rend());
  seen("missing __syncthreads before reading", reversed, [&](auto right) {
    auto y = x;
    simt_tests::launch(broken::reverse_in_block<right>, 1, 64, 0, nullptr, y.data());
    return y;
  });
  std::vector<float> rotated(64);
  for (std::size_t i = 0; i < 64; ++i) rotated[i] = x[(i + 5) % 64];
  seen("missing __syncthreads before writing again", rotated, [&](auto right) {
    auto y = x;
    simt_tests::launch(broken::rotate_again<right>, 1, 64, 0, nullptr, y.data(), 5);
    return y;
  });
  std::vector<float> warp(x.begin(), x.begin() + 32), warp_reversed(warp.rbegin(), warp.rend());
  seen("missing __syncwarp", warp_reversed, [&](auto right) {
    auto y = warp;
    simt_tests::launch(broken::trust_the_warp<right>, 1, 32, 0, nullptr, y.data());
    return y;
  });
  seen("TempStorage used again without a barrier", {2080, 4160}, [&](auto right) {
    std::vector<float> sums(2);
    simt_tests::launch(broken::reuse_storage<right>, 1, 64, 0, nullptr, x.data(), sums.data());
    return sums;
  });
  std::vector<float> shares(64);
  for (std::size_t i = 0; i < 64; ++i) shares[i] = x[i] / 2080;
  seen("a reduction's result used outside of thread 0", shares, [&](auto right) {
    std::vector<float> y(64);
    simt_tests::launch(broken::use_everywhere<right>, 1, 64, 0, nullptr, x.data(), y.data());
    return y;
  });
  seen("uninitialised shared memory", {2080}, [&](auto right) {
    std::vector<float> sum(1);
    simt_tests::launch(broken::sum_uninitialised<right>, 1, 64, 0, nullptr, x.data(), sum.data());
    return sum;
  });
}

void divergence() {
  auto x = counting(256);
  std::vector<int> flags(64);
  refused("exit before a barrier",
          [&] { simt_tests::launch(broken::leave_before_barrier, 2, 64, 0, nullptr, x.data(), 40); },
          {"kernel broken::leave_before_barrier", "block (", "thread (0,0,0)", "divergent barrier",
           "40 threads wait at __syncthreads() at broken.cuh:", "24 exited", "thread (40,0,0)"});
  refused("two barriers in two branches",
          [&] { simt_tests::launch(broken::barrier_in_branch, 1, 64, 0, nullptr, x.data()); },
          {"kernel broken::barrier_in_branch, block (0,0,0), thread (32,0,0)", "divergent barrier", "broken.cuh:"});
  refused("barriers of two kinds",
          [&] { simt_tests::launch(broken::barriers_of_two_kinds, 1, 64, 0, nullptr, flags.data()); },
          {"divergent barrier", "__syncthreads_or()", "__syncthreads() at broken.cuh:"});
  refused("warp operation in a branch",
          [&] { simt_tests::launch(broken::warp_in_branch, 1, 32, 0, nullptr, x.data()); },
          {"divergent barrier", "16 threads wait at __shfl_xor_sync() with mask 0xffffffff",
           "16 threads wait at __syncthreads()"});
}

void lanes() {
  auto x = counting(64);
  refused("shuffle from a lane outside of the mask",
          [&] { simt_tests::launch(broken::shuffle_from_outside, 1, 32, 0, nullptr, x.data()); },
          {"kernel broken::shuffle_from_outside", "thread (0,0,0)",
           "lane 0 reads from lane 16, which does not take part (the mask leaves it out)"});
  refused("shuffle from a lane that has exited",
          [&] { simt_tests::launch(broken::shuffle_from_exited, 1, 32, 0, nullptr, x.data()); },
          {"reads from lane 31, which does not take part (it has exited or never was)"});
  refused("caller not in the mask", [&] { simt_tests::launch(broken::mask_without_me, 1, 32, 0, nullptr, x.data()); },
          {"the mask does not name the calling lane"});
}

void shapes() {
  auto x = counting(2048);
  float y = 0;
  int flag = 0;
  refused("too many threads", [] { simt_tests::launch(broken::nothing, 1, 1025, 0, nullptr); },
          {"kernel broken::nothing cannot be launched", "at most 1024 threads"});
  refused("empty grid", [] { simt_tests::launch(broken::nothing, 0, 32, 0, nullptr); }, {"the grid is empty"});
  refused("more than 227 KiB", [] { simt_tests::launch(broken::nothing, 1, 32, 227 * 1024 + 1, nullptr); },
          {"232449 bytes", "227 KiB"});
  refused("more than 48 KiB, not asked for", [] { simt_tests::launch(broken::nothing, 1, 32, 50000, nullptr); },
          {"cudaFuncSetAttribute"});
  refused("a primitive for another block",
          [&] { simt_tests::launch(broken::reduce_of_other_size, 1, 64, 0, nullptr, x.data(), &y); },
          {"cub::BlockReduce is made for a block of (128,1,1) threads, this one has (64,1,1)"});
  simt::options().permute_blocks = false;
  refused("a block waits for a later one",
          [&] { flag = 0, simt_tests::launch(broken::wait_for_other_block, 2, 1, 0, nullptr, &flag); }, {"livelock"});
  simt::options().permute_blocks = true;
}

void overruns() {
  auto x = counting(64);
  if (!simt::sanitizers::race)
    reported(
        "beyond dynamic shared memory",
        [&] { simt_tests::launch(broken::beyond_dynamic, 1, 64, 63 * sizeof(float), nullptr, x.data()); },
        simt::sanitizers::address
            ? std::initializer_list<const char*>{"simt: the next report is about kernel broken::beyond_dynamic, block "
                                                 "(0,0,0), thread (63,0,0)",
                                                 "use-after-poison"}
            : std::initializer_list<const char*>{
                  "kernel broken::beyond_dynamic, block (0,0,0): it wrote beyond its 252 bytes"});
  if (!simt::sanitizers::address) return;
  reported("beyond static shared memory (-fsanitize=bounds)",
           [&] { simt_tests::launch(broken::beyond_static, 1, 32, 0, nullptr, x.data(), 1); },
           {"index 32 out of bounds"});
  reported("beyond global memory",
           [&] {
             float* device = nullptr;
             cudaMalloc(&device, 100 * sizeof(float));
             simt_tests::launch(broken::beyond_global, 2, 64, 0, nullptr, device, 100);
           },
           {"simt: the next report is about kernel broken::beyond_global, block (1,0,0), thread (36,0,0)",
            "heap-buffer-overflow"});
}

void wrong_memory() {
  if (!simt::sanitizers::address) return;
  float* device = nullptr;
  cudaMalloc(&device, 64 * sizeof(float));
  reported("the host reads device memory", [&] { std::printf("%f", static_cast<double>(device[63])); },
           {"use-after-poison"});
  cudaFree(device);
#if defined(__GNUC__) && !defined(__clang__)
  auto x = counting(64);
  float local[64] = {};
  simt::options().host_pointers = false;
  const auto in_a_struct = [](float* at) {
    broken::table t;
    t.rows = 1;
    t.data = at;
    return t;
  };
  refused("a pointer to the host's heap",
          [&] { simt_tests::launch(broken::reverse_in_block<true>, 1, 64, 0, nullptr, x.data()); },
          {"kernel broken::reverse_in_block<true> is given an address of the host's heap"});
  refused("a pointer to the host's stack",
          [&] { simt_tests::launch(broken::clear, 1, 64, 0, nullptr, in_a_struct(local)); },
          {"kernel broken::clear is given an address of the host's stack"});
  simt::options().host_pointers = true;
#endif
}

/// ThreadSanitizer needs no luck with the order.
void races() {
  if (!simt::sanitizers::race) return;
  auto x = counting(64);
  float sums[2] = {};
  const std::initializer_list<const char*> race = {"WARNING: ThreadSanitizer: data race"};
  reported(
      "race: no barrier before reading",
      [&] { simt_tests::launch(broken::reverse_in_block<false>, 1, 64, 0, nullptr, x.data()); }, race);
  reported(
      "race: no barrier before writing again",
      [&] { simt_tests::launch(broken::rotate_again<false>, 1, 64, 0, nullptr, x.data(), 2); }, race);
  reported(
      "race: no __syncwarp", [&] { simt_tests::launch(broken::trust_the_warp<false>, 1, 32, 0, nullptr, x.data()); },
      race);
  reported(
      "race: TempStorage again",
      [&] { simt_tests::launch(broken::reuse_storage<false>, 1, 64, 0, nullptr, x.data(), sums); }, race);
  reported(
      "race: two blocks, one place",
      [&] { simt_tests::launch(broken::two_blocks_one_place, 2, 64, 0, nullptr, x.data()); }, race);
}

BOOST_AUTO_TEST_CASE(wrong_results_are_caught) { wrong_results(); }
BOOST_AUTO_TEST_CASE(divergence_are_caught) { divergence(); }
BOOST_AUTO_TEST_CASE(lanes_are_caught) { lanes(); }
BOOST_AUTO_TEST_CASE(shapes_are_caught) { shapes(); }
BOOST_AUTO_TEST_CASE(overruns_are_caught) { overruns(); }
BOOST_AUTO_TEST_CASE(wrong_memory_is_caught) { wrong_memory(); }
BOOST_AUTO_TEST_CASE(races_are_caught) { races(); }
