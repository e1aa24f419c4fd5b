// krait/tokenizer/added_tokens.hpp: tokens that are found in a text as they stand, before anything else is done to it.
#pragma once
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <krait/core/config.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer {

/// As a tokenizer.json describes it.
struct added_token {
  std::string content;
  std::int32_t id = -1;
  bool single_word = false;             // only where no word character stands next to it
  bool lstrip = false, rstrip = false;  // takes the blanks before it, behind it
  bool normalized = false;              // is looked for in the normalised text
  bool special = false;
};

namespace detail {

/// A part of a text: an added token, or text between them (id -1).
struct text_part {
  std::string_view text;
  std::int32_t id;
};

/// Finds some added tokens: the leftmost, of several there the longest.
class token_finder {
 public:
  /// `written[i]` is what tokens[i] looks like in the text.
  void add(const added_token& token, std::string written);
  bool empty() const { return patterns_.empty(); }
  /// The parts of a text that is not empty, in order.
  void split(std::string_view text, std::vector<text_part>& parts) const;

 private:
  struct pattern {
    std::string written;
    added_token token;
  };
  /// The pattern that stands at a place; nullptr if none does.
  const pattern* at(std::string_view text, std::size_t place) const;

  std::vector<pattern> patterns_;                      // the longest first
  std::bitset<65536> begins_;                          // the first two bytes of a pattern
  std::array<std::vector<std::size_t>, 256> by_byte_;  // patterns by their first byte, the longest first
};

}  // namespace detail
}  // namespace krait::tokenizer

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/added_tokens_impl.hpp>
#endif
