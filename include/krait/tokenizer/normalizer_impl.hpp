// krait/tokenizer/normalizer_impl.hpp: definitions of normalizer.hpp.
#pragma once
#include <krait/core/utf8.hpp>
#include <krait/tokenizer/normalizer.hpp>
#include <krait/tokenizer/regex_impl.hpp>
#include <krait/tokenizer/unicode_impl.hpp>
#include <utility>

namespace krait::tokenizer::detail {

/// Every occurrence of `pattern`.
inline std::vector<extent> find_all(std::string_view text, const std::variant<std::string, regex>& pattern) {
  if (const auto* r = std::get_if<regex>(&pattern)) return r->find(text);
  const auto& words = std::get<std::string>(pattern);
  std::vector<extent> found;
  for (std::size_t from = 0, at; !words.empty() && (at = text.find(words, from)) != text.npos; from = at + words.size())
    found.push_back({at, at + words.size()});
  return found;
}

KRAIT_INLINE std::string replaced(std::string_view text, const replace_text& step) {
  std::string result;
  std::size_t from = 0;
  for (const extent& match : find_all(text, step.pattern)) {
    result.append(text.substr(from, match.begin - from)).append(step.by);
    from = match.end;
  }
  return result.append(text.substr(from));
}

inline std::string stripped(std::string_view text, strip_blanks sides) {
  const auto is_blank = [](const char* p) { return (character_table()[next_point(p)] & space) != 0; };
  const char *p = text.data(), *end = p + text.size();
  if (sides.left)
    while (p < end && is_blank(p)) next_point(p);
  while (sides.right && p < end) {
    const char* last = end - 1;
    while (utf8::is_tail(*last)) --last;
    if (!is_blank(last)) break;
    end = last;
  }
  return {p, end};
}

KRAIT_INLINE std::string_view normalise(const std::vector<normalizer_step>& steps, std::string_view text,
                                        std::string& room) {
  for (const normalizer_step& step : steps) {
    std::string next;
    if (const auto* form = std::get_if<normal_form>(&step)) {
      if (is_normalised(text, *form)) continue;
      next = normalised(text, *form);
    } else if (const auto* sides = std::get_if<strip_blanks>(&step)) {
      next = stripped(text, *sides);
    } else if (const auto* begin = std::get_if<prepend_text>(&step)) {
      if (text.empty()) continue;
      next = begin->text + std::string(text);
    } else if (const auto* replacement = std::get_if<replace_text>(&step)) {
      next = replaced(text, *replacement);
    } else {
      next = lower_each(text);
    }
    room = std::move(next);
    text = room;
  }
  return text;
}

}  // namespace krait::tokenizer::detail
