// krait/run/reuse_training.hpp: a leg that an earlier run may have gone through, or that a later one may want.
#pragma once
#include <fmt/core.h>

#include <filesystem>
#include <functional>
#include <krait/run/kept_training.hpp>
#include <krait/run/study_entry.hpp>
#include <string>

namespace krait::program {

/// A training and what is said of it: its leg in this run, the file of its weights, whose it is.
struct reusable_training {
  std::string leg, who;
  std::filesystem::path file;
  studies::labels at;  // of the quantity `reused`: 1 where the weights are an earlier run's
  std::uint64_t seed;
  long before = 0;  // steps that are counted before its own
};

/// Ends the leg with the weights and measurements that an earlier run has kept; false where there are none. `then` adds
/// what this run alone measures of them. Throws as take_training.
template <class Trainer>
bool reuse(
    run_context& context, const reusable_training& of, Trainer& trainer, const std::function<void()>& then = [] {}) {
  const auto kept = take_training(of.file, trainer);
  if (!kept) return false;
  for (auto one : kept->measured) {
    // Another model may have been pretrained as this one is.
    for (const auto& mine : of.at)
      if (studies::find(one.at, mine.name)) studies::set(one.at, mine);
    context.legs.add(of.leg, one.at, one.seed, one.step, one.quantity, one.value);
  }
  context.legs.add(of.leg, of.at, of.seed, of.before + kept->steps, "reused", 1);
  context.shown.print(fmt::format("{}: pretrained weights from {}", of.who, of.file.string()));
  then();
  context.legs.look(of.leg, trainer, kept->steps, kept->steps, keep::result);
  return true;
}

/// Ends the leg, trained here in so many steps, and keeps it for later runs, but for what `then` adds. Throws
/// file_error.
template <class Trainer>
void finish_for_reuse(
    run_context& context, const reusable_training& of, long steps, Trainer& trainer,
    const std::function<void()>& then = [] {}) {
  const kept_training all{steps, context.legs.measured(of.leg)};
  context.legs.add(of.leg, of.at, of.seed, of.before + steps, "reused", 0);
  then();
  context.legs.look(of.leg, trainer, steps, steps, keep::result);
  keep_training(of.file, trainer, all);
}

}  // namespace krait::program
