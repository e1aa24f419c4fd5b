// krait/train/checkpoint.hpp: weights structs in safetensors files, tensor by tensor under their dotted names.
#pragma once
#include <algorithm>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/reflect.hpp>
#include <krait/data/safetensors.hpp>
#include <set>
#include <string>
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
template <class Tensor> std::vector<std::int64_t> shape_of() {
  return std::vector<std::int64_t>(Tensor::extents, Tensor::extents + Tensor::rank);
}
/// Whether the numbers lie alike: extents of 1 do not count (PyTorch's depthwise convolutions are (channels, 1, taps)).
inline bool alike(std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
  std::erase(a, 1);
  std::erase(b, 1);
  return a == b;
}
inline std::string text_of(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}
}  // namespace detail

/// Writes the parts, whole or not at all. Throws file_error.
template <class... Weights>
void write_checkpoint(const std::filesystem::path& file, const data::safetensors_metadata& metadata,
                      part<Weights>... parts) {
  data::safetensors_writer writer;
  const auto add = [&](auto& p) {
    for_each_tensor(
        p.weights,
        [&](const std::string& name, const auto& t) {
          using tensor_type = std::remove_cvref_t<decltype(t)>;
          writer.add(name, detail::shape_of<tensor_type>(),
                     std::span<const typename tensor_type::value_type>(t.values()));
        },
        p.prefix);
  };
  (add(parts), ...);
  writer.write(file, metadata);
}

/// Fills the parts from a file that holds exactly their tensors (scalars are converted). All is checked before anything
/// is written. Throws file_error, or data_error naming the tensor and both shapes. Returns the metadata.
template <class... Weights>
data::safetensors_metadata read_checkpoint(const std::filesystem::path& file, part<Weights>... parts) {
  const data::safetensors from(file);
  std::set<std::string> wanted;
  const auto check = [&](auto& p) {
    for_each_tensor(
        p.weights,
        [&](const std::string& name, const auto& t) {
          const auto shape = detail::shape_of<std::remove_cvref_t<decltype(t)>>();
          wanted.insert(name);
          if (!from.has(name))
            throw data_error(file.string() + " has no tensor " + name + " of shape " + detail::text_of(shape) +
                             ", so it belongs to another model; choose that model, or another checkpoint.");
          if (const auto& found = from.at(name).shape; !detail::alike(found, shape))
            throw data_error(file.string() + " has " + name + " of shape " + detail::text_of(found) +
                             " where this model has " + detail::text_of(shape) +
                             "; choose the model that it was written by, or another checkpoint.");
          if (const auto& dtype = from.at(name).dtype; !data::safetensors::readable(dtype))
            throw data_error(file.string() + " has " + name + " in the unread type " + dtype +
                             "; write it as F32 or BF16, or choose another checkpoint.");
        },
        p.prefix);
  };
  (check(parts), ...);
  for (const auto& [name, extra] : from.arrays())
    if (!wanted.contains(name))
      throw data_error(file.string() + " has a tensor " + name + " of shape " + detail::text_of(extra.shape) +
                       " where this model has none; choose the model that it was written by, or another checkpoint.");
  const auto fill = [&](auto& p) {
    for_each_tensor(
        p.weights, [&](const std::string& name, auto& t) { from.copy(name, t.values()); }, p.prefix);
  };
  (fill(parts), ...);
  return from.metadata();
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
