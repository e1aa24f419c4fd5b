// benchmarks/parts.hpp: times the parts of a step, each beside the least time this machine needs for its operations and
// bytes.
#pragma once
#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "limits.hpp"

namespace parts {

/// What one call of a part cannot do without.
struct work {
  double flops = 0;   // 2 a multiply-add
  double exps = 0;    // vectorised
  double reads = 0;   // bytes that are only read
  double writes = 0;  // bytes that are overwritten or changed in place
  double touched() const { return reads + writes; }
  double moved() const { return reads + 2 * writes; }  // between caches: what is written comes in first
};

/// Calls of a step's kernels, on one thread. A part is called on the data of each of its `sets` in turn, as a step
/// meets the layers, and takes its best lap. Laps and limits are spread over the whole run, so that both saw the
/// machine at its best.
class plan {
 public:
  /// f(set) is one call of a part that a step makes `calls` of.
  template <class F> void add(std::string step, std::string name, int calls, int sets, work of, F f) {
    bandwidth_[level(of)] = 0;
    const auto lap = [f, sets](int laps) mutable {
      const auto start = clock::now();
      for (int i = 0; i < laps; ++i)
        for (int set = 0; set < sets; ++set) f(set);
      return std::chrono::duration<double, std::milli>(clock::now() - start).count() / laps;
    };
    parts_.push_back({std::move(step), std::move(name), static_cast<double>(calls), sets, of, lap});
  }

  void measure(double seconds) {
    constexpr int rounds = 5;
    constexpr double limit_share = 0.15;
    const double slice = 1e3 * seconds * (1 - limit_share) / rounds / static_cast<double>(parts_.size());
    const double limit_slice = seconds * limit_share / rounds / (2 + 2 * static_cast<double>(bandwidth_.size()));
    for (auto& p : parts_) p.laps = std::max(1, static_cast<int>(0.02 / p.lap(1)));  // 20 us: the clock costs nothing
    for (int round = 0; round < rounds; ++round) {
      fma_gflops_ = std::max(fma_gflops_, limits::fma_gflops(1, limit_slice));
      exp_billions_ = std::max(exp_billions_, limits::exp_rate(1, limit_slice));
      for (auto& [bytes, rate] : bandwidth_)  // a copy moves three bytes for the two it counts: see moved()
        rate = std::max({rate, 1.5 * limits::copy_gbs(bytes, 1, limit_slice), limits::read_gbs(bytes, 1, limit_slice)});
      for (auto& p : parts_)
        for (double spent = 0; spent < slice;) {
          const double took = p.lap(p.laps);
          p.best = std::min(p.best, took);
          spent += took * p.laps;
        }
    }
  }

  /// One JSON object a part, in thread-milliseconds of a whole step.
  void print() const {
    for (const auto& p : parts_) {
      const double arithmetic = p.of.flops / fma_gflops_ * 1e-6, exps = p.of.exps / exp_billions_ * 1e-6;
      const double traffic = p.of.moved() / bandwidth_.at(level(p.of)) * 1e-6;
      const char* which = traffic > arithmetic + exps ? "bandwidth"
                          : exps == 0                 ? "fma peak"
                          : arithmetic == 0           ? "exp rate"
                                                      : "exp rate and fma peak";
      const double limit = std::max(traffic, arithmetic + exps);
      std::printf(
          "{\"name\":\"%s\",\"part\":\"%s\",\"thread_ms\":%.4f,\"limit_ms\":%.4f,\"limit\":\"%s\",\"share\":%.3f}\n",
          p.step.c_str(), p.name.c_str(), p.best / p.sets * p.calls, limit * p.calls, which, limit * p.sets / p.best);
    }
  }

 private:
  using clock = std::chrono::steady_clock;
  struct part {
    std::string step, name;
    double calls;  // a step
    int sets;
    work of;
    std::function<double(int)> lap;  // milliseconds a lap, of so many
    double best = std::numeric_limits<double>::infinity();
    int laps = 1;
  };
  /// Bytes of the array whose reading or copying, whichever is faster, stands for a part's traffic: a power of two.
  static std::size_t level(const work& of) {
    return std::max(std::size_t{1} << 14, std::bit_ceil(static_cast<std::size_t>(of.touched())));
  }

  std::vector<part> parts_;
  std::map<std::size_t, double> bandwidth_;
  double fma_gflops_ = 0, exp_billions_ = 0;
};

}  // namespace parts
