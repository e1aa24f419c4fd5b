// krait/experiment/study_state.hpp: where a study of many trainings stands: finished legs, the one under way, what was
// measured. One file holds the weights, the moments and the measurements together, so that a kill at any time leaves a
// consistent state.
#pragma once
#include <chrono>
#include <filesystem>
#include <krait/experiment/checkpoint.hpp>
#include <krait/experiment/result_folder.hpp>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace krait::experiment {

/// A leg is one training from given weights, under a name; legs run in a fixed order. Record is JSON-serialisable.
template <class Record> class study_state {
 public:
  /// Takes `record` as it stands for a new run, and the kept one in its place where the folder is resumed.
  study_state(const result_folder& folder, Record& record) : record(record), folder_(folder) {
    if (!folder.resumed() || !std::filesystem::exists(file())) return;
    const auto kept = nlohmann::json::parse(data::safetensors(file()).metadata().at("study"), nullptr, false);
    if (!kept.is_object() || !kept.contains("record"))
      throw data_error(file().string() + " holds no study's state; leave out --resume to start again.");
    record = kept.at("record").template get<Record>();
    finished_ = kept.at("finished").template get<std::set<std::string>>();
    under_way_ = kept.at("leg");
    step_ = kept.at("step");
  }

  Record& record;

  bool finished(const std::string& leg) const { return finished_.contains(leg); }

  /// Prepares `leg` and returns the steps of it that are done: its kept weights and moments are loaded where it was cut
  /// short, else the optimiser is reset.
  template <class Trainer> long begin(const std::string& leg, Trainer& trainer) {
    if (leg == under_way_ && step_ > 0) {
      read_trainer(file(), trainer);
      trainer.restored(step_);
      return step_;
    }
    trainer.reset_optimizer();
    return 0;
  }

  /// Keeps everything, after `done` of `steps`; a leg that is through also leaves its weights in the checkpoint folder.
  template <class Trainer> void keep(const std::string& leg, Trainer& trainer, long done, long steps) {
    const auto now = std::chrono::steady_clock::now();
    if (done != steps && now - kept_ < std::chrono::seconds(5))
      return;  // a kill costs seconds, not the disk's patience
    kept_ = now;
    if (done == steps) {
      write_checkpoint(folder_.checkpoint_dir() / (leg + ".safetensors"), {{"leg", leg}}, part{"", trainer.master()});
      finished_.insert(leg);
    }
    under_way_ = leg;
    step_ = done;
    const nlohmann::json kept = {{"record", record}, {"finished", finished_}, {"leg", leg}, {"step", done}};
    write_trainer(file(), {{"study", kept.dump()}}, trainer);
  }

  /// Weights as an earlier leg left them, unless `next` is through or under way already (then its own are taken).
  template <class Trainer> void start_from(const std::string& leg, Trainer& trainer, const std::string& next) {
    if (finished(next) || (under_way_ == next && step_ > 0)) {
      if (finished(next))
        read_checkpoint(folder_.checkpoint_dir() / (next + ".safetensors"), part{"", trainer.master()});
    } else {
      read_checkpoint(folder_.checkpoint_dir() / (leg + ".safetensors"), part{"", trainer.master()});
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

}  // namespace krait::experiment
