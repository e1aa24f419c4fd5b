// krait/data/column_names.hpp: titles of columns that a person may take for one another.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace krait::data::detail {

constexpr char ascii_lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether one letter more, less, other or swapped with its neighbour makes a of b; also if they are equal.
inline bool one_slip_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  const auto differ = std::ranges::mismatch(a, b);
  const auto at = static_cast<std::size_t>(differ.in1 - a.begin());
  if (at == a.size()) return true;
  if (a.size() < b.size()) return a.substr(at) == b.substr(at + 1);
  if (a.substr(at + 1) == b.substr(at + 1)) return true;
  return at + 1 < a.size() && a[at] == b[at + 1] && a[at + 1] == b[at] && a.substr(at + 2) == b.substr(at + 2);
}

/// Titles that differ by at most one slip, once letters are lower case and white space and ASCII punctuation are gone.
inline bool nearly_equal(std::string_view title, std::string_view name) {
  const auto bare = [](std::string_view text) {
    std::string kept;
    for (const std::string_view point : utf8::code_points(text)) {
      const char small = ascii_lower(point[0]);
      const bool letter = (small >= 'a' && small <= 'z') || (small >= '0' && small <= '9');
      if (point.size() == 1 && letter) kept += small;
      if (point.size() > 1 && !utf8::is_space(point) && point != "\uFEFF") kept += point;
    }
    return kept;
  };
  return one_slip_apart(bare(title), bare(name));
}

}  // namespace krait::data::detail
