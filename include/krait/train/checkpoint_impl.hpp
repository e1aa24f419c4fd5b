// krait/train/checkpoint_impl.hpp: what a checkpoint's tensors must be, and what is said where they are not.
#pragma once
#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/data/safetensors_file.hpp>
#include <krait/train/checkpoint.hpp>
#include <numeric>
#include <set>
#include <string_view>

namespace krait::train::detail {

/// Whether the numbers lie alike: extents of 1 do not count (PyTorch's depthwise convolutions are (channels, 1, taps)).
KRAIT_INLINE bool alike(std::vector<std::int64_t> a, std::vector<std::int64_t> b) {
  std::erase(a, 1);
  std::erase(b, 1);
  return a == b;
}
KRAIT_INLINE std::string text_of(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

/// Throws data_error where a file's tensor cannot become this one.
KRAIT_INLINE void check(const data::safetensors& from, const named_tensor& wanted) {
  const auto& [name, shape, values] = wanted;
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
KRAIT_INLINE void fill(const data::safetensors& from, const named_tensor& one) {
  std::visit([&](auto values) { from.copy(one.name, values); }, one.values);
}

/// Letters to insert, remove or replace until a name is as the pattern has it (Levenshtein's distance, in which a *
/// takes any letters for nothing): 0 where it matches.
KRAIT_INLINE int letters_off(std::string_view pattern, std::string_view name) {
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
KRAIT_INLINE std::string near(std::string_view pattern, const std::vector<named_tensor>& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(one.name);
  std::ranges::stable_sort(names, {}, [&](const std::string& name) { return letters_off(pattern, name); });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(3, names.size()); ++i) text += (i ? ", " : "") + names[i];
  return text;
}

KRAIT_INLINE void write_tensors(const std::filesystem::path& file, const data::safetensors_metadata& metadata,
                                const std::vector<named_tensor>& all) {
  data::safetensors_writer writer;
  for (const auto& one : all)
    std::visit([&]<class T>(std::span<T> values) { writer.add(one.name, one.shape, std::span<const T>(values)); },
               one.values);
  writer.write(file, metadata);
}

KRAIT_INLINE data::safetensors_metadata read_tensors(const std::filesystem::path& file,
                                                     const std::vector<named_tensor>& all) {
  const data::safetensors from(file);
  std::set<std::string_view> wanted;
  for (const auto& one : all) {
    wanted.insert(one.name);
    check(from, one);
  }
  for (const auto& [name, extra] : from.arrays())
    if (!wanted.contains(name))
      throw data_error(file.string() + " has a tensor " + name + " of shape " + text_of(extra.shape) +
                       " where this model has none; choose the model that it was written by, or another checkpoint.");
  for (const auto& one : all) fill(from, one);
  return from.metadata();
}

KRAIT_INLINE std::vector<std::string> read_matching(const data::safetensors& from, const std::vector<named_tensor>& all,
                                                    const std::vector<std::string>& patterns) {
  const auto matches = [](const std::string& pattern, const named_tensor& one) {
    return letters_off(pattern, one.name) == 0;
  };
  for (const auto& pattern : patterns)
    if (std::ranges::none_of(all, [&](const auto& one) { return matches(pattern, one); }))
      throw data_error("No tensor of this model is called " + pattern + ", to be read from " + from.file().string() +
                       "; near are " + near(pattern, all) + ".");
  std::vector<named_tensor> wanted;
  std::vector<std::string> names;
  for (const auto& one : all)
    if (patterns.empty() || std::ranges::any_of(patterns, [&](const auto& pattern) { return matches(pattern, one); })) {
      check(from, one);
      names.push_back(one.name);
      wanted.push_back(one);
    }
  for (const auto& one : wanted) fill(from, one);
  return names;
}

}  // namespace krait::train::detail
