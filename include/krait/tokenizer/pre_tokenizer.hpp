// krait/tokenizer/pre_tokenizer.hpp: how a tokenizer.json cuts a normalised text into words, over which no merge goes.
#pragma once
#include <krait/core/config.hpp>
#include <krait/tokenizer/regex.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace krait::tokenizer::detail {

/// What becomes of the parts that match: cut out, a word each, with the word before or after, or with their like.
enum class cut { removed, isolated, with_previous, with_next, contiguous };

struct gpt2_words {};
struct qwen_words {
  int digits;  // so many numbers at most are a word
};
struct prefix_space {};  // one before a text that has none
struct cut_at {
  enum what_kind { blanks, words_or_signs, punctuation, numbers } kind;
  cut behaviour;
};
struct cut_at_text {
  std::variant<std::string, regex> pattern;
  cut behaviour;
  bool invert;
};
struct metaspace {
  enum class prepend { first, always, never } prepend;
  bool split;
  std::string mark;  // U+2581 as a rule
};
using pre_tokenizer_step = std::variant<gpt2_words, qwen_words, prefix_space, cut_at, cut_at_text, metaspace>;

/// Every word in turn to `word`; `at_start` says that the text stands at the beginning of all. `word` is called as
/// word(context, text).
void cut_words(const std::vector<pre_tokenizer_step>& steps, std::string_view text, bool at_start,
               void (*word)(void*, std::string_view), void* context);

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/pre_tokenizer_impl.hpp>
#endif
