// krait/run/study_state.hpp: where a study of many trainings stands: finished legs, the one under way, what was
// measured. One file holds the weights, the moments and the measurements together, so that a kill at any time leaves a
// consistent state.
#pragma once
#include <charconv>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/reflect.hpp>
#include <krait/run/folder.hpp>
#include <krait/train/checkpoint.hpp>
#include <set>
#include <sstream>
#include <string>
#include <system_error>

namespace krait::program {

/// A leg is one training from given weights, under a name; legs run in a fixed order. Record has to_text and from_text.
template <class Record> class study_state {
 public:
  /// Takes `record` as it stands for a new run, and the kept one in its place where the folder is resumed.
  study_state(const result_folder& folder, Record& record) : record(record), folder_(folder) {
    if (!folder.resumed() || !std::filesystem::exists(file())) return;
    const data::safetensors kept(file());
    const data_error none(file().string() + " holds no study's state; leave out --resume to start again.");
    const auto value = [&](const char* key) {
      const auto found = kept.metadata().find(key);
      if (found == kept.metadata().end()) throw none;
      return found->second;
    };
    from_text(value("record"), record);
    under_way_ = value("leg");
    const std::string step = value("step");
    if (std::from_chars(step.data(), step.data() + step.size(), step_).ec != std::errc{}) throw none;
    std::istringstream finished(value("finished"));
    for (std::string leg; std::getline(finished, leg);) finished_.insert(leg);
  }

  Record& record;

  /// One step of a leg; a number_error says in which leg it happened.
  template <class Trainer, class Batch>
  static auto step(const std::string& leg, Trainer& trainer, const Batch& batch, double rate) try {
    return trainer.step(batch, rate);
  } catch (const number_error& e) {
    throw number_error(leg + ": " + e.what());
  }

  bool finished(const std::string& leg) const { return finished_.contains(leg); }

  /// Prepares `leg` and returns the steps of it that are done: its kept weights and moments are loaded where it was cut
  /// short, else the optimiser is reset.
  template <class Trainer> long begin(const std::string& leg, Trainer& trainer) {
    if (leg == under_way_ && step_ > 0) {
      train::read_trainer(file(), trainer);
      trainer.restored(step_);
      return step_;
    }
    trainer.reset_optimizer();
    return 0;
  }

  /// Keeps everything, after `done` of `steps`; a leg that is through also leaves its weights in the checkpoint folder.
  /// Throws number_error where the last step ruined a weight: what was kept before stays.
  template <class Trainer> void keep(const std::string& leg, Trainer& trainer, long done, long steps) {
    const auto now = std::chrono::steady_clock::now();
    if (done != steps && now - kept_ < std::chrono::seconds(5))
      return;  // a kill costs seconds, not the disk's patience
    kept_ = now;
    for_each_tensor(trainer.master(), [&](const std::string& name, const auto& t) {
      for (const auto x : t.values())
        if (!std::isfinite(static_cast<float>(x)))
          throw number_error("After step " + std::to_string(done) + " of " + leg + " " + name +
                             " is not finite; lower the learning rate or clip the gradient.");
    });
    if (done == steps) {
      train::write_checkpoint(folder_.checkpoint_dir() / (leg + ".safetensors"), {{"leg", leg}},
                              train::part{"", trainer.master()});
      finished_.insert(leg);
    }
    under_way_ = leg;
    step_ = done;
    std::string finished;
    for (const auto& name : finished_) finished += name + "\n";
    train::write_trainer(
        file(), {{"record", to_text(record)}, {"finished", finished}, {"leg", leg}, {"step", std::to_string(done)}},
        trainer);
  }

  /// Weights as an earlier leg left them, unless `next` is through or under way already (then its own are taken).
  template <class Trainer> void start_from(const std::string& leg, Trainer& trainer, const std::string& next) {
    if (finished(next) || (under_way_ == next && step_ > 0)) {
      if (finished(next))
        train::read_checkpoint(folder_.checkpoint_dir() / (next + ".safetensors"), train::part{"", trainer.master()});
    } else {
      train::read_checkpoint(folder_.checkpoint_dir() / (leg + ".safetensors"), train::part{"", trainer.master()});
    }
    trainer.restored(0);
  }

 private:
  std::filesystem::path file() const { return folder_.state_dir() / "study.safetensors"; }

  const result_folder& folder_;
  std::set<std::string> finished_;
  std::string under_way_;
  long step_ = 0;
  std::chrono::steady_clock::time_point kept_ = std::chrono::steady_clock::now();
};

}  // namespace krait::program
