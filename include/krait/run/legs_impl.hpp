// krait/run/legs_impl.hpp: small runs side by side.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <krait/backend/cpu/team.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/log_impl.hpp>
#include <mutex>

namespace krait::program {

KRAIT_INLINE void legs::run(const std::vector<small_run>& all, int threads, progress& shown) {
  std::vector<const small_run*> left;
  for (const auto& one : all)
    if (!finished(one.leg)) {
      log_.forget(one.leg);
      left.push_back(&one);
    }
  shown.stage(fmt::format("{} runs", all.size()), static_cast<long>(all.size()),
              static_cast<long>(all.size() - left.size()));
  std::atomic<std::size_t> next{0};
  std::mutex lock;
  backend::team team(std::max(1, threads));
  team.run([&](int) {
    for (std::size_t i; (i = next.fetch_add(1)) < left.size();) {
      std::vector<studies::measurement> found;
      try {
        left[i]->measure(found);
      } catch (const number_error& e) {
        throw number_error(left[i]->leg + ": " + e.what());
      }
      const std::lock_guard guard(lock);
      for (auto& one : found) log_.add(left[i]->leg, std::move(one));
      log_.finish(left[i]->leg);
      log_.flush();
      shown.update(0, left[i]->units);
    }
  });
}

}  // namespace krait::program
