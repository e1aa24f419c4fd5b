// krait/noise/subject.hpp: another question's answer, said of this question's subject: from "Capital of Spain?" "The
// capital of Spain is Madrid." and "Capital of France?" to "The capital of France is Madrid."
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::noise {
namespace detail {

/// A letter or digit of ASCII, or any byte beyond it: what stands within words.
constexpr bool within_word(char c) {
  return static_cast<unsigned char>(c) >= 0x80 || ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') ||
         ('A' <= c && c <= 'Z');
}
/// Whether a word may begin or end before text[at].
constexpr bool at_word_edge(std::string_view text, std::size_t at) {
  return at == 0 || at == text.size() || !within_word(text[at - 1]) || !within_word(text[at]);
}

inline std::string with_first_letter_of(std::string_view word, char like) {
  std::string changed{word};
  if (changed.empty()) return changed;
  char& c = changed.front();
  if ('A' <= like && like <= 'Z' && 'a' <= c && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return changed;
}
}  // namespace detail

/// Where two questions differ, in whole words: what the first is about, and the second. Either may be empty.
inline std::pair<std::string_view, std::string_view> subjects(std::string_view one, std::string_view other) {
  const std::size_t shorter = std::min(one.size(), other.size());
  std::size_t front = 0, back = 0;
  while (front < shorter && one[front] == other[front]) ++front;
  while (front > 0 && !(detail::at_word_edge(one, front) && detail::at_word_edge(other, front))) --front;
  while (back < shorter - front && one[one.size() - 1 - back] == other[other.size() - 1 - back]) ++back;
  while (back > 0 &&
         !(detail::at_word_edge(one, one.size() - back) && detail::at_word_edge(other, other.size() - back)))
    --back;
  return {one.substr(front, one.size() - front - back), other.substr(front, other.size() - front - back)};
}

/// Where `what` stands in a text as whole words, perhaps with a capital first letter.
inline std::vector<std::size_t> places_of(std::string_view what, std::string_view text) {
  std::vector<std::size_t> places;
  const std::string capital = detail::with_first_letter_of(what, 'A');
  for (std::size_t at = 0; !what.empty() && at + what.size() <= text.size();) {
    const std::string_view here = text.substr(at, what.size());
    const bool found = (here == what || here == capital) && detail::at_word_edge(text, at) &&
                       detail::at_word_edge(text, at + what.size());
    if (found) places.push_back(at);
    at += found ? what.size() : 1;
  }
  return places;
}

/// `text` with the first `most` places of `what` replaced, each with a capital letter where it has one.
inline std::string replace_words(std::string_view text, std::string_view what, std::string_view by, std::size_t most) {
  std::string replaced;
  std::size_t done = 0;
  for (const std::size_t at : places_of(what, text)) {
    if (most-- == 0) break;
    replaced += text.substr(done, at - done);
    replaced += text[at] == what[0] ? std::string{by} : detail::with_first_letter_of(by, 'A');
    done = at + what.size();
  }
  return replaced.append(text.substr(done));
}

}  // namespace krait::noise
