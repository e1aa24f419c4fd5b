// krait/tokenizer/normalizer.hpp: what a tokenizer.json does to a text before it is cut into words.
#pragma once
#include <krait/core/config.hpp>
#include <krait/tokenizer/regex.hpp>
#include <krait/tokenizer/unicode.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace krait::tokenizer::detail {

struct to_lower_case {};
struct strip_blanks {
  bool left, right;
};
struct prepend_text {  // to a text that is not empty
  std::string text;
};
struct replace_text {
  std::variant<std::string, regex> pattern;
  std::string by;
};
using normalizer_step = std::variant<normal_form, to_lower_case, strip_blanks, prepend_text, replace_text>;

/// text with every occurrence of the pattern replaced.
std::string replaced(std::string_view text, const replace_text& step);

/// The steps in turn; the result lies in `room`, or is `text` itself where nothing changes.
std::string_view normalise(const std::vector<normalizer_step>& steps, std::string_view text, std::string& room);

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/normalizer_impl.hpp>
#endif
