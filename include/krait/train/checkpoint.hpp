// krait/train/checkpoint.hpp: weights structs in safetensors files, tensor by tensor under their dotted names.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/bfloat16.hpp>
#include <krait/core/config.hpp>
#include <krait/core/reflect.hpp>
#include <krait/data/safetensors.hpp>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace krait::train {

/// One struct of a file: its tensors stand under `prefix` and a dot, or as they are where it is empty.
template <class Weights> struct part {
  std::string prefix;
  Weights& weights;
};
template <class Weights> part(const char*, Weights&) -> part<Weights>;
template <class Weights> part(std::string, Weights&) -> part<Weights>;

namespace detail {
/// A tensor as files see it. What is written is only read.
struct named_tensor {
  std::string name;
  std::vector<std::int64_t> shape;
  std::variant<std::span<float>, std::span<double>, std::span<bfloat16>> values;
};
// Compiled once for all shapes: a model has dozens of them.
template <class T>
void list(std::vector<named_tensor>& to, std::string name, std::span<const int> shape, T* values, int n) {
  to.push_back({std::move(name), {shape.begin(), shape.end()}, std::span<T>(values, static_cast<std::size_t>(n))});
}
template <class... Weights> std::vector<named_tensor> tensors_of(const part<Weights>&... parts) {
  std::vector<named_tensor> all;
  const auto add = [&](auto& p) {
    for_each_tensor(
        p.weights,
        [&](const std::string& name, auto& t) {
          const auto values = t.values();
          using scalar = std::remove_const_t<typename decltype(values)::element_type>;
          list(all, name, std::span(t.extents, t.rank), const_cast<scalar*>(values.data()), t.size);
        },
        p.prefix);
  };
  (add(parts), ...);
  return all;
}

void write_tensors(const std::filesystem::path& file, const data::safetensors_metadata& metadata,
                   const std::vector<named_tensor>& all);
data::safetensors_metadata read_tensors(const std::filesystem::path& file, const std::vector<named_tensor>& all);
std::vector<std::string> read_matching(const data::safetensors& from, const std::vector<named_tensor>& all,
                                       const std::vector<std::string>& patterns);
}  // namespace detail

/// Writes the parts, whole or not at all. Throws file_error.
template <class... Weights>
void write_checkpoint(const std::filesystem::path& file, const data::safetensors_metadata& metadata,
                      part<Weights>... parts) {
  detail::write_tensors(file, metadata, detail::tensors_of(parts...));
}

/// Fills the parts from a file that holds exactly their tensors (scalars are converted). All is checked before anything
/// is written. Throws file_error, or data_error naming the tensor and both shapes. Returns the metadata.
template <class... Weights>
data::safetensors_metadata read_checkpoint(const std::filesystem::path& file, part<Weights>... parts) {
  return detail::read_tensors(file, detail::tensors_of(parts...));
}

/// Fills the tensors whose dotted name matches one of the patterns ("layers.0.*"; a * stands for any letters, dots too;
/// no pattern at all: every tensor) from a file that may hold others, say of another run. All is checked before
/// anything is written. Throws file_error, or data_error: for a pattern that matches nothing, with the names that are
/// near it, and for a tensor that the file lacks or has in another shape. Returns the names that were filled.
template <class Weights>
std::vector<std::string> read_weights(const data::safetensors& from, part<Weights> into,
                                      const std::vector<std::string>& patterns = {}) {
  return detail::read_matching(from, detail::tensors_of(into), patterns);
}
/// A trainer that begins with these weights: the others are as the model initialised them, the moments zero.
template <class Trainer>
std::vector<std::string> start_from(const std::filesystem::path& file, Trainer& trainer,
                                    const std::vector<std::string>& patterns = {}) {
  auto taken = read_weights(data::safetensors(file), part{"", trainer.master()}, patterns);
  trainer.reset_optimizer();
  trainer.restored(0);
  return taken;
}

/// All that a trainer needs to go on: weights, and the optimiser's moments under their names.
template <class Trainer>
void write_trainer(const std::filesystem::path& file, const data::safetensors_metadata& metadata, Trainer& trainer) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    write_checkpoint(file, metadata, part{"weights", trainer.master()},
                     part{std::string(Trainer::optimizer::moment_names[I]), trainer.moment(I)}...);
  }
  (std::make_index_sequence<Trainer::optimizer::moments>{});
}
template <class Trainer> data::safetensors_metadata read_trainer(const std::filesystem::path& file, Trainer& trainer) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return read_checkpoint(file, part{"weights", trainer.master()},
                           part{std::string(Trainer::optimizer::moment_names[I]), trainer.moment(I)}...);
  }
  (std::make_index_sequence<Trainer::optimizer::moments>{});
}

}  // namespace krait::train

#ifndef KRAIT_COMPILED
#include <krait/train/checkpoint_impl.hpp>
#endif
