// krait/core/lines.hpp: the lines of a text, and errors that name one.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/error.hpp>
#include <string>
#include <string_view>

namespace krait {

/// f(line, number) for every line, without its '\n'; numbers from 1. A '\n' at the end begins no further line.
template <class F> void for_each_line(std::string_view text, F&& f) {
  std::size_t number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    f(text.substr(at, end - at), ++number);
    at = end + 1;
  }
}

/// The error of a line, with where it stands.
inline data_error at_line(const std::string& origin, std::size_t line, const std::string& what) {
  return data_error(origin + ", line " + std::to_string(line) + ": " + what);
}

}  // namespace krait
