// krait/run/legs.hpp: a study is made of legs: trainings, one after another, each of which may begin with the weights
// that an earlier one left, and small runs side by side. What is through is not done again after a kill, a training
// that was cut short goes on from its last checkpoint, and the numbers are the same to the bit.
#pragma once
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <krait/core/error.hpp>
#include <krait/core/reflect.hpp>
#include <krait/run/folder.hpp>
#include <krait/run/log.hpp>
#include <krait/run/progress.hpp>
#include <krait/train/checkpoint.hpp>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

namespace krait::program {

/// What becomes of the weights that a leg ends with.
enum class keep {
  nothing,  // the next leg goes on in memory, or nobody needs them
  later,    // for later legs; gone at the end of the run
  result    // the run's folder keeps them, as checkpoint/LEG.safetensors
};

/// What a training takes.
struct training_size {
  std::int64_t parameters = 0, bytes = 0;
};
/// "501,248 parameters, 93 MiB with 2 threads"
std::string text_of(const training_size& size, int threads);

/// One run of many: measures, and adds its numbers to its own leg. `units`: prompts or tokens, for the progress.
/// `size`: of its training, where it has one.
struct small_run {
  std::string leg;
  long units = 0;
  std::function<void(std::vector<studies::measurement>&)> measure;
  training_size size = {};
};

/// A run cannot go on from a file that is broken.
data_error broken_state(const data_error& why);

class legs {
 public:
  /// A checkpoint may cost this share of the time since the last one, and is not written more often than every `least`
  /// seconds. Tests are less patient.
  static inline double share = .02, least = 1;

  /// Throws data_error where the folder is resumed and its state is broken.
  explicit legs(const result_folder& folder)
      : folder_(folder),
        log_(folder.state_dir() / "log.jsonl", folder.resumed(), read_state(), folder.partial() / "curve.csv") {}

  /// What is told once of every kind of trainer, before its first step.
  std::function<void(const std::string& leg, const std::string& sizes)> tell = [](const auto&, const auto&) {};

  /// From here on the names of legs begin so, and gather() adds those alone: for a study that is run several times.
  void within(std::string scope) {
    scope_ = std::move(scope);
    order_.clear();
  }

  /// Whether a leg is through. Legs are asked for, or begun, in a fixed order: that of the record.
  bool finished(const std::string& leg) {
    remember(leg);
    return log_.finished(full(leg));
  }

  /// One number of a leg.
  void add(const std::string& leg, studies::labels at, std::uint64_t seed, long step, std::string_view quantity,
           double value) {
    log_.add(full(leg), {std::move(at), seed, step, std::string(quantity), value});
  }
  /// What has been measured of a leg so far; after begin(), up to the checkpoint that it goes on from.
  const std::vector<studies::measurement>& measured(const std::string& leg) const { return log_.of(full(leg)); }
  /// Where a file or folder of a leg's own stands in the run's folder: KIND/LEG. Makes KIND; throws file_error.
  std::filesystem::path place(std::string_view kind, const std::string& leg) const;

  /// A leg without a training is through.
  void finish(const std::string& leg) {
    remember(leg);
    log_.finish(full(leg));
    log_.flush();
  }

  /// One step of a leg; a number_error says in which leg it happened.
  template <class Trainer, class Batch>
  static auto step(const std::string& leg, Trainer& trainer, const Batch& batch, double rate) try {
    return trainer.step(batch, rate);
  } catch (const number_error& e) {
    throw number_error(leg + ": " + e.what());
  }

  /// Prepares a leg and returns the steps of it that are done: its last checkpoint is loaded where it was cut short,
  /// else the optimiser begins anew from the present weights.
  template <class Trainer> long begin(const std::string& leg, Trainer& trainer) {
    remember(leg);
    tell_size<Trainer>(leg, trainer);
    if (under_way(leg)) {
      of_state([&] { train::read_trainer(state_file(), trainer); });
      trainer.restored(step_);
      return step_;
    }
    log_.forget(full(leg));  // numbers after the last checkpoint
    trainer.reset_optimizer();
    return 0;
  }

  /// Weights as an earlier leg left them (keep::later or keep::result), unless `next` has begun already.
  template <class Trainer> void start_from(const std::string& leg, Trainer& trainer, const std::string& next) {
    if (under_way(next) || log_.finished(full(next))) return;
    take(leg, trainer);
  }
  /// The same, whatever has begun: for a trainer that no leg goes on with.
  template <class Trainer> void take(const std::string& leg, Trainer& trainer) const {
    of_state([&] { train::read_checkpoint(kept_file(leg), train::part{"", trainer.master()}); });
    trainer.restored(0);
  }

  /// The weights that a finished leg has just ended with, for the next leg, which goes on from there.
  template <class Trainer> void restore(const std::string& leg, Trainer& trainer) {
    if (!under_way(leg)) return;
    of_state([&] { train::read_trainer(state_file(), trainer); });
    trainer.restored(step_);
  }

  /// To be called after every look. Writes a checkpoint where that costs below 2 % of the time since the last one, and
  /// in any case at the end of the leg. Throws number_error where the last step ruined a weight: the earlier checkpoint
  /// stays.
  template <class Trainer>
  void look(const std::string& leg, Trainer& trainer, long done, long steps, keep what = keep::nothing) {
    using clock = std::chrono::steady_clock;
    const auto seconds = [](clock::duration d) { return std::chrono::duration<double>(d).count(); };
    const auto now = clock::now();
    const bool last = done == steps;
    if (!last && seconds(now - written_) < std::max(least, cost_ / share)) return;
    for_each_tensor(trainer.master(), [&](const std::string& name, const auto& t) {
      for (const auto x : t.values())
        if (!std::isfinite(static_cast<float>(x)))
          throw number_error("After step " + std::to_string(done) + " of " + leg + " " + name +
                             " is not finite; lower the learning rate or clip the gradient.");
    });
    if (last && what != keep::nothing)
      train::write_checkpoint(what == keep::later ? later_file(leg) : result_file(leg), {{"leg", full(leg)}},
                              train::part{"", trainer.master()});
    if (last) log_.finish(full(leg));
    log_.flush(true);
    leg_ = full(leg), step_ = done;
    train::write_trainer(state_file(),
                         {{"leg", leg_}, {"step", std::to_string(done)}, {"measured", std::to_string(log_.bytes())}},
                         trainer);
    written_ = clock::now();
    cost_ = seconds(written_ - now);
  }

  /// Small runs on `threads` threads. A run is one thread's, so that the numbers are the same for any number of
  /// threads. Throws what a run throws, with its leg, after the others have been kept.
  void run(const std::vector<small_run>& all, int threads, progress& shown);

  /// Adds all that was measured to a record.
  void gather(studies::record& into) {
    log_.gather(order_, into);
    log_.arrange_curve(all_);
  }

 private:
  std::filesystem::path state_file() const { return folder_.state_dir() / "training.safetensors"; }
  std::filesystem::path later_file(const std::string& leg) const {
    return folder_.state_dir() / (full(leg) + ".safetensors");
  }
  std::filesystem::path result_file(const std::string& leg) const {
    return folder_.checkpoint_dir() / (full(leg) + ".safetensors");
  }
  std::filesystem::path kept_file(const std::string& leg) const {
    return std::filesystem::exists(later_file(leg)) ? later_file(leg) : result_file(leg);
  }
  std::string full(const std::string& leg) const { return scope_.empty() ? leg : scope_ + "-" + leg; }
  bool under_way(const std::string& leg) const { return full(leg) == leg_ && step_ > 0; }
  void remember(const std::string& leg) {
    if (std::ranges::find(order_, full(leg)) != order_.end()) return;
    order_.push_back(full(leg)), all_.push_back(full(leg));
  }
  template <class Trainer> void tell_size(const std::string& leg, Trainer& trainer) {
    if (!told_.insert(typeid(Trainer)).second) return;
    const int threads = trainer.team().size();
    std::size_t bytes = 0;
    if constexpr (requires { trainer.device_bytes_taken(); })
      bytes = trainer.device_bytes_taken();
    else
      bytes = Trainer::bytes(threads);
    constexpr auto parameters = static_cast<std::int64_t>(sizeof(typename Trainer::weights) / sizeof(float));
    tell(leg, text_of({parameters, static_cast<std::int64_t>(bytes)}, threads));
  }

  /// read(), of a file that an earlier part has left; data_error where that is broken, with what to do.
  template <class F> static auto of_state(F read) try { return read(); } catch (const data_error& e) {
    throw broken_state(e);
  }

  /// Of the last checkpoint: its leg and step; returns how much had been measured by then.
  std::optional<std::uint64_t> read_state() {
    if (!folder_.resumed() || !std::filesystem::exists(state_file())) return {};
    const auto kept = of_state([&] { return data::safetensors(state_file()); });
    const data_error none(state_file().string() + " holds no study's state; give --restart to begin anew.");
    const auto value = [&](const char* key) {
      const auto found = kept.metadata().find(key);
      if (found == kept.metadata().end()) throw none;
      return found->second;
    };
    const auto number = [&](const char* key) {
      const std::string text = value(key);
      long whole = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), whole);
      if (failure != std::errc{} || end != text.data() + text.size() || whole < 0) throw none;
      return whole;
    };
    leg_ = value("leg"), step_ = number("step");
    return static_cast<std::uint64_t>(number("measured"));
  }

  const result_folder& folder_;
  std::string scope_;
  std::string leg_;  // of the last checkpoint
  long step_ = 0;
  measurement_log log_;
  std::vector<std::string> order_, all_;  // of this scope, and of those before
  std::set<std::type_index> told_;        // kinds of trainers
  std::chrono::steady_clock::time_point written_ = std::chrono::steady_clock::now();
  double cost_ = 0;  // seconds that the last checkpoint took
};

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/legs_impl.hpp>
#endif
