// krait/core/fixed_string.hpp: text as part of a type, so that a config can name a file or a column.
#pragma once
#include <cstddef>
#include <string_view>

namespace krait {

/// Up to Capacity bytes; a longer literal does not compile. Structural: may be a template argument.
template <std::size_t Capacity = 128> struct fixed_string {
  char text[Capacity + 1] = {};
  constexpr fixed_string() = default;
  template <std::size_t N>
  requires(N <= Capacity + 1) constexpr fixed_string(const char (&literal)[N]) {  // implicit: {.file = "a.csv"}
    for (std::size_t i = 0; i < N; ++i) text[i] = literal[i];
  }
  constexpr std::string_view view() const { return text; }
  constexpr bool empty() const { return text[0] == '\0'; }
  bool operator==(const fixed_string&) const = default;
};

}  // namespace krait
