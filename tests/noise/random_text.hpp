// random_text.hpp: random valid UTF-8 of one- to four-byte code points, with punctuation and many kinds of white space.
#pragma once
#include <array>
#include <cstdint>
#include <krait/core/random.hpp>
#include <string>
#include <string_view>

namespace testing {
inline std::string random_text(std::uint64_t number) {
  static constexpr std::array<std::string_view, 24> pieces{
      "a", "B", "zed", "7", " ",      " ",      "  ",     "\t",     "\n",     ".",      ",",      "(",
      "[", "?", "\\",  "-", "\u00e9", "\u00a0", "\u2003", "\u3000", "\u4e1c", "\u0301", "\u2019", "\U0001f600"};
  const krait::draw at{.seed = 11, .stream = krait::stream("random_text"), .index = number << 8};
  std::string text;
  const std::uint64_t length = krait::integer(at, 40);
  for (std::uint64_t i = 1; i <= length; ++i)
    text += pieces[krait::integer(at.with_index(at.index + i), pieces.size())];
  return text;
}
}  // namespace testing
