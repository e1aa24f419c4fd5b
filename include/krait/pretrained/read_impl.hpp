// krait/pretrained/read_impl.hpp: which of a file's tensors make which of a model's, and what is said where they do
// not.
#pragma once
#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/train/checkpoint_impl.hpp>
#include <numeric>
#include <optional>
#include <set>

namespace krait::pretrained::detail {

using train::detail::named_tensor;

/// What the stars of a pattern stand for in a name; nothing where it does not match. A star takes as little as it can.
KRAIT_INLINE std::optional<std::vector<std::string>> stars(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) {
    if (pattern != name) return std::nullopt;
    return std::vector<std::string>{};
  }
  if (!name.starts_with(pattern.substr(0, star))) return std::nullopt;
  for (std::size_t end = star; end <= name.size(); ++end)
    if (auto rest = stars(pattern.substr(star + 1), name.substr(end))) {
      rest->insert(rest->begin(), std::string(name.substr(star, end - star)));
      return rest;
    }
  return std::nullopt;
}
KRAIT_INLINE std::string filled(std::string_view pattern, const std::vector<std::string>& stars) {
  std::string name;
  std::size_t next = 0;
  for (const char c : pattern) name += c == '*' ? stars[next++] : std::string(1, c);
  return name;
}

/// The file's tensors that a model's tensor is made of.
struct source {
  std::vector<std::string> names;
  bool transposed = false;
};
/// The name as this file has it: with a prefix that it may lack, or without.
KRAIT_INLINE std::string as_in_file(const tensor_files& from, const name_map& map, std::string name) {
  if (from.has(name)) return name;
  for (const auto prefix : map.prefixes)
    if (name.starts_with(prefix) && from.has(name.substr(prefix.size()))) return name.substr(prefix.size());
  return name;
}
/// Throws data_error where the file has them not.
KRAIT_INLINE source source_of(const tensor_files& from, const name_map& map, const named_tensor& ours, bool tied) {
  std::string first_missing;
  for (const auto& rule : map.rules) {
    const auto letters = stars(rule.ours, ours.name);
    if (!letters || (!tied && ours.name == "embedding.weight" && rule.theirs.front() == "lm_head.weight")) continue;
    source found{{}, rule.transposed && ours.shape.size() == 2};
    for (const auto theirs : rule.theirs) found.names.push_back(as_in_file(from, map, filled(theirs, *letters)));
    const auto missing = std::ranges::find_if(found.names, [&](const auto& name) { return !from.has(name); });
    if (missing == found.names.end()) return found;
    if (first_missing.empty()) first_missing = *missing;
  }
  if (first_missing.empty()) throw data_error("No name is known for the tensor " + ours.name + " in files of others.");
  throw data_error(from.name() + " has no tensor " + first_missing + ", which this model's " + ours.name +
                   " is read from; fetch the whole checkpoint, or choose the model that it belongs to.");
}

/// Scalars in a row of the model's tensor.
KRAIT_INLINE std::int64_t columns(const named_tensor& t) {
  return std::accumulate(t.shape.begin() + 1, t.shape.end(), std::int64_t{1}, std::multiplies<>());
}
KRAIT_INLINE void check(const tensor_files& from, const named_tensor& ours, const source& source) {
  std::int64_t rows = 0;
  for (const auto& name : source.names) {
    const auto& theirs = from.at(name);
    if (!data::safetensors::readable(theirs.dtype) || theirs.dtype == "I64" || theirs.dtype == "I32" ||
        theirs.dtype == "U8")
      throw data_error(from.name() + " has " + name + " in the type " + theirs.dtype +
                       ", which is not read as weights; take a checkpoint of F32, F16 or BF16.");
    const std::int64_t here = columns(ours) ? theirs.size() / columns(ours) : 0;
    std::vector<std::int64_t> wanted = ours.shape;
    wanted.front() = here;
    if (source.transposed) std::swap(wanted.front(), wanted.back());
    rows += here;
    if (!train::detail::alike(theirs.shape, wanted)) rows = -1;
    if (rows < 0 || rows > ours.shape.front() || (source.names.size() == 1 && rows != ours.shape.front()))
      throw data_error(from.name() + " has " + name + " of shape " + shape_text(theirs.shape) +
                       ", which does not fit this model's " + ours.name + " of shape " + shape_text(ours.shape) +
                       "; choose the model that it belongs to.");
  }
  if (rows != ours.shape.front())
    throw data_error(from.name() + " has " + std::to_string(rows) + " rows for this model's " + ours.name +
                     " of shape " + shape_text(ours.shape) + "; choose the model that it belongs to.");
}

/// What stands in the file and was used by nothing may only be a buffer, or a tied head that is the embedding.
KRAIT_INLINE void require_all_used(const tensor_files& from, const name_map& map, const std::set<std::string>& used,
                                   const std::string& embedding) {
  for (const auto& [name, file] : from.where()) {
    if (used.contains(name)) continue;
    const auto matches = [&, &name = name](std::string_view pattern) { return stars(pattern, name).has_value(); };
    if (std::ranges::any_of(map.ignored, matches)) continue;
    if (name == "lm_head.weight") {
      if (from.at(name).shape == from.at(embedding).shape && from.values<float>(name) == from.values<float>(embedding))
        continue;
      throw data_error(from.name() + " has a lm_head.weight that differs from " + embedding +
                       ", where this model's head is tied to the embedding; give it model::own_head<>, as transformers "
                       "uses such a head.");
    }
    throw data_error(from.name() + " has a tensor " + name + " of shape " + shape_text(from.at(name).shape) +
                     ", for which this model has no place; choose the model that it belongs to.");
  }
}

KRAIT_INLINE void copy(const tensor_files& from, const named_tensor& ours, const source& source) {
  const auto columns_here = static_cast<std::size_t>(columns(ours));
  std::visit(
      [&]<class T>(std::span<T> to) {
        for (const auto& name : source.names) {
          const auto size = static_cast<std::size_t>(from.at(name).size());
          const std::span<T> part = to.subspan(0, size);
          if (source.transposed) {
            const auto values = from.values<T>(name);
            const std::size_t rows = size / columns_here;
            for (std::size_t i = 0; i < rows; ++i)
              for (std::size_t j = 0; j < columns_here; ++j) part[i * columns_here + j] = values[j * rows + i];
          } else {
            from.copy(name, part);
          }
          to = to.subspan(size);
        }
      },
      ours.values);
}

KRAIT_INLINE void fill(const tensor_files& from, std::string_view family, const std::vector<named_tensor>& all) {
  const name_map& map = names_of(family);
  std::vector<source> sources;
  std::set<std::string> used;
  std::string embedding;
  const bool tied = std::ranges::none_of(all, [](const auto& one) { return one.name == "lm_head.weight"; });
  for (const auto& ours : all) {
    sources.push_back(source_of(from, map, ours, tied));
    check(from, ours, sources.back());
    used.insert(sources.back().names.begin(), sources.back().names.end());
    if (ours.name == "embedding.weight") embedding = sources.back().names.front();
  }
  require_all_used(from, map, used, embedding);
  for (std::size_t i = 0; i < all.size(); ++i) copy(from, all[i], sources[i]);
}

}  // namespace krait::pretrained::detail
