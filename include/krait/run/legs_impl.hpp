// krait/run/legs_impl.hpp: small runs side by side.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <krait/backend/cpu/team.hpp>
#include <krait/core/atomic_file.hpp>
#include <krait/report/text.hpp>
#include <krait/run/legs.hpp>
#include <krait/run/log_impl.hpp>
#include <mutex>

namespace krait::program {

KRAIT_INLINE std::string text_of(const training_size& size, int threads) {
  const std::string memory =
      size.bytes < 1 << 20 ? fmt::format("{} KiB", (size.bytes + 1023) / 1024) : report::memory(size.bytes);
  return fmt::format("{} parameters, {} with {} thread{}", report::detail::grouped(std::to_string(size.parameters)),
                     memory, threads, threads == 1 ? "" : "s");
}

KRAIT_INLINE data_error broken_state(const data_error& why) {
  std::string what = why.what();
  what = what.substr(0, what.find(", so it is no whole"));  // what to do is another thing here
  while (what.ends_with('.')) what.pop_back();
  return data_error("cannot go on with this run, for " + what +
                    ": give --restart in place of --resume, and it begins anew.");
}

KRAIT_INLINE std::filesystem::path legs::place(std::string_view kind, const std::string& leg) const {
  const auto folder = folder_.partial() / kind;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) krait::detail::fail_to_write(folder, failure.value());
  return folder / full(leg);
}

KRAIT_INLINE void legs::run(const std::vector<small_run>& all, int threads, progress& shown) {
  std::vector<const small_run*> left;
  for (const auto& one : all)
    if (!finished(one.leg)) {
      log_.forget(full(one.leg));
      left.push_back(&one);
    }
  shown.stage(fmt::format("{} runs", all.size()), static_cast<long>(all.size()),
              static_cast<long>(all.size() - left.size()));
  training_size most;
  for (const auto* one : left) {
    most.parameters = std::max(most.parameters, one->size.parameters);
    most.bytes = std::max(most.bytes, one->size.bytes * std::max(1, threads));
  }
  if (most.parameters > 0) tell(fmt::format("{} runs, each at most", left.size()), text_of(most, std::max(1, threads)));
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
      for (auto& one : found) log_.add(full(left[i]->leg), std::move(one));
      log_.finish(full(left[i]->leg));
      log_.flush();
      shown.update(0, left[i]->units);
    }
  });
}

}  // namespace krait::program
