// krait/run/kept_training.hpp: trainings that are kept for later runs: weights and what was measured on the way, in a
// file that is named by a digest of all that determines them. Whether a run trains or takes what another one kept, its
// numbers are the same to the bit.
#pragma once
#include <filesystem>
#include <krait/core/atomic_file.hpp>
#include <krait/core/config.hpp>
#include <krait/core/digest.hpp>
#include <krait/core/error.hpp>
#include <krait/run/options.hpp>
#include <krait/run/program_mark.hpp>
#include <krait/study/record.hpp>
#include <krait/train/checkpoint.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace krait::program {

/// A training that was kept: its steps, and what it measured.
struct kept_training {
  long steps = 0;
  std::vector<studies::measurement> measured = {};
};

/// A digest that begins with what any training depends on: the version of krait and of this file, the program where its
/// sources are of no commit, the compiler, the widest vectors it may use (sums over them have another order), the
/// device. The caller adds types, data and seed.
inline digest digest_of_training(const options& asked) {
  digest of;
  of.add("kept training 1")
      .add(asked.version)
      .add(program_mark(asked.version))
      .add(__VERSION__)
      .add(name_of(asked.device));
#ifdef __AVX512F__
  of.add("AVX-512");
#elif defined(__AVX2__)
  of.add("AVX2");
#endif
#ifdef __FMA__
  of.add("FMA");
#endif
  return of;
}

/// FOLDER/NAME-DIGEST.safetensors; the folder is --pretrained, or `pretrained` beside --out.
inline std::filesystem::path file_of_training(const options& asked, std::string_view name, const digest& of) {
  const auto folder = asked.pretrained.empty()
                          ? std::filesystem::absolute(asked.out).lexically_normal().parent_path() / "pretrained"
                          : asked.pretrained;
  return folder / (std::string(name) + "-" + of.text() + ".safetensors");
}

/// Measurements as a text that gives them back to the bit; what it throws on another text tells nothing.
std::string text_of_measured(const std::vector<studies::measurement>& all);
std::vector<studies::measurement> measured_of_text(const std::string& text);

/// Gives the trainer the weights of a file and returns the rest of it; nothing where there is no such file. Throws
/// data_error where it is broken.
template <class Trainer>
std::optional<kept_training> take_training(const std::filesystem::path& file, Trainer& trainer) {
  if (std::error_code ignored; !std::filesystem::exists(file, ignored)) return {};
  try {
    const auto metadata = train::read_checkpoint(file, train::part{"", trainer.master()});
    kept_training kept{std::stol(metadata.at("steps")), measured_of_text(metadata.at("measured"))};
    trainer.reset_optimizer();
    trainer.restored(0);
    return kept;
  } catch (const file_error&) {
    throw;
  } catch (const std::exception& e) {
    throw data_error(file.string() + " holds no pretrained weights of this model; remove it, and they are made anew.");
  }
}

/// Keeps a training, whole or not at all. Throws file_error.
template <class Trainer>
void keep_training(const std::filesystem::path& file, Trainer& trainer, const kept_training& what) {
  std::error_code failure;
  std::filesystem::create_directories(file.parent_path(), failure);
  if (failure) krait::detail::fail_to_write(file.parent_path(), failure.value());
  train::write_checkpoint(file, {{"steps", std::to_string(what.steps)}, {"measured", text_of_measured(what.measured)}},
                          train::part{"", trainer.master()});
}

}  // namespace krait::program

#ifndef KRAIT_COMPILED
#include <krait/run/kept_training_impl.hpp>
#endif
