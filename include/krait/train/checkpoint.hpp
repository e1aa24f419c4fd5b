// krait/train/checkpoint.hpp: weights structs in safetensors files, tensor by tensor under their dotted names.
#pragma once
#include <algorithm>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/reflect.hpp>
#include <krait/data/safetensors.hpp>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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

/// Throws data_error where a file's tensor cannot become this one.
template <class Tensor> void check_tensor(const data::safetensors& from, const std::string& name) {
  const auto shape = shape_of<Tensor>();
  const std::string file = from.file().string();
  if (!from.has(name))
    throw data_error(file + " has no tensor " + name + " of shape " + text_of(shape) +
                     ", so it belongs to another model; choose that model, or another checkpoint.");
  if (const auto& found = from.at(name).shape; !alike(found, shape))
    throw data_error(file + " has " + name + " of shape " + text_of(found) + " where this model has " + text_of(shape) +
                     "; choose the model that it was written by, or another checkpoint.");
  if (const auto& dtype = from.at(name).dtype; !data::safetensors::readable(dtype))
    throw data_error(file + " has " + name + " in the unread type " + dtype +
                     "; write it as F32 or BF16, or choose another checkpoint.");
}

/// Letters to insert, remove or replace until a name is as the pattern has it (Levenshtein's distance, in which a *
/// takes any letters for nothing): 0 where it matches.
inline int letters_off(std::string_view pattern, std::string_view name) {
  std::vector<int> off(name.size() + 1);  // of the pattern so far, for each beginning of the name
  std::iota(off.begin(), off.end(), 0);
  for (const char c : pattern) {
    int before = off[0];
    if (c != '*') ++off[0];
    for (std::size_t i = 1; i < off.size(); ++i) {
      const int above = off[i];
      off[i] = c == '*' ? std::min(above, off[i - 1])
                        : std::min({above + 1, off[i - 1] + 1, before + (c == name[i - 1] ? 0 : 1)});
      before = above;
    }
  }
  return off.back();
}
/// The names that a pattern may have meant, the three nearest.
inline std::string near(std::string_view pattern, std::vector<std::string> names) {
  std::ranges::stable_sort(names, {}, [&](const std::string& name) { return letters_off(pattern, name); });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, names.size()); ++i) text += (i ? ", " : "") + names[i];
  return text;
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
          wanted.insert(name);
          detail::check_tensor<std::remove_cvref_t<decltype(t)>>(from, name);
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

/// Fills the tensors whose dotted name matches one of the patterns ("layers.0.*"; a * stands for any letters, dots too;
/// no pattern at all: every tensor) from a file that may hold others, say of another run. All is checked before
/// anything is written. Throws file_error, or data_error: for a pattern that matches nothing, with the names that are
/// near it, and for a tensor that the file lacks or has in another shape. Returns the names that were filled.
template <class Weights>
std::vector<std::string> read_weights(const data::safetensors& from, part<Weights> into,
                                      const std::vector<std::string>& patterns = {}) {
  std::vector<std::string> names, taken;
  for_each_tensor(
      into.weights, [&](const std::string& name, const auto&) { names.push_back(name); }, into.prefix);
  const auto matches = [](const std::string& pattern, const std::string& name) {
    return detail::letters_off(pattern, name) == 0;
  };
  for (const auto& pattern : patterns)
    if (std::ranges::none_of(names, [&](const std::string& name) { return matches(pattern, name); }))
      throw data_error("No tensor of this model is called " + pattern + ", to be read from " + from.file().string() +
                       "; near are " + detail::near(pattern, names) + ".");
  const auto wanted = [&](const std::string& name) {
    return patterns.empty() ||
           std::ranges::any_of(patterns, [&](const std::string& pattern) { return matches(pattern, name); });
  };
  const auto each = [&](auto&& f) {
    for_each_tensor(
        into.weights,
        [&](const std::string& name, auto& t) {
          if (wanted(name)) f(name, t);
        },
        into.prefix);
  };
  each([&](const std::string& name, auto& t) {
    detail::check_tensor<std::remove_cvref_t<decltype(t)>>(from, name);
    taken.push_back(name);
  });
  each([&](const std::string& name, auto& t) { from.copy(name, t.values()); });
  return taken;
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
