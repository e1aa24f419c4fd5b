// krait/study/label.hpp: what a number of a study belongs to, "model=mamba, noise=charflip", and sets of such labels.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::studies {

/// A value as text; numbers as the shortest text that gives them back, so that equal numbers are equal texts.
inline std::string level(std::string_view text) { return std::string(text); }
template <class Number>
requires std::is_arithmetic_v<Number> std::string level(Number value) { return fmt::format("{}", value); }

struct label {
  std::string name, value;
  label(std::string_view name, std::string_view value) : name(name), value(value) {}
  template <class Number>
  requires std::is_arithmetic_v<Number> label(std::string_view name, Number value) : name(name), value(level(value)) {}
  bool operator==(const label&) const = default;
};

/// In the order in which they were written; no name twice.
using labels = std::vector<label>;

/// The value under a name; null without.
inline const std::string* find(const labels& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &label::name);
  return found == all.end() ? nullptr : &found->value;
}
inline void set(labels& all, label one) {
  const auto found = std::ranges::find(all, one.name, &label::name);
  if (found == all.end())
    all.push_back(std::move(one));
  else
    found->value = std::move(one.value);
}
inline labels with(labels all, label one) {
  set(all, std::move(one));
  return all;
}

/// "model=mamba 130M, length=64". A comma belongs to a value unless a name and = follow it.
inline labels labels_from(std::string_view text) {
  labels all;
  const auto name_at = [&](std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
    return end > at && end < text.size() && text[end] == '=' ? end - at : 0;
  };
  for (std::size_t at = 0; const std::size_t size = name_at(at);) {
    const std::string_view name = text.substr(at, size);
    const std::size_t begin = at + size + 1;
    std::size_t end = begin;
    while ((end = text.find(", ", end)) != std::string_view::npos && name_at(end + 2) == 0) end += 2;
    end = std::min(end, text.size());
    all.emplace_back(name, text.substr(begin, end - begin));
    at = end + 2;
  }
  return all;
}
inline std::string text_of(const labels& all) {
  std::string text;
  for (const label& one : all) text += (text.empty() ? "" : ", ") + one.name + "=" + one.value;
  return text;
}

}  // namespace krait::studies
