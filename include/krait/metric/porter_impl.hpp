// krait/metric/porter_impl.hpp: the five steps of Porter 1980 as tables of endings, each with the condition on the stem
// before it; the first ending that fits decides, also where its condition then forbids the change.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/metric/porter.hpp>
#include <optional>
#include <span>
#include <utility>

namespace krait::metric {
namespace detail::porter {

/// a, e, i, o, u, and y after a consonant.
KRAIT_INLINE bool is_consonant(std::string_view word, std::size_t at) {
  switch (word[at]) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
      return false;
    case 'y':
      return at == 0 || !is_consonant(word, at - 1);
    default:
      return true;
  }
}
/// m of [C](VC)^m[V]: how often a consonant follows a vowel.
KRAIT_INLINE int measure(std::string_view stem) {
  int m = 0;
  for (std::size_t i = 1; i < stem.size(); ++i) m += is_consonant(stem, i) && !is_consonant(stem, i - 1);
  return m;
}
KRAIT_INLINE bool has_vowel(std::string_view stem) {
  for (std::size_t i = 0; i < stem.size(); ++i)
    if (!is_consonant(stem, i)) return true;
  return false;
}
KRAIT_INLINE bool ends_double(std::string_view word) {
  const std::size_t n = word.size();
  return n > 1 && word[n - 1] == word[n - 2] && is_consonant(word, n - 1);
}
/// Porter's *o: consonant, vowel, consonant that is no w, x or y; NLTK: also a word of vowel and consonant.
KRAIT_INLINE bool ends_cvc(std::string_view word) {
  const std::size_t n = word.size();
  if (n == 2) return !is_consonant(word, 0) && is_consonant(word, 1);
  return n > 2 && is_consonant(word, n - 3) && !is_consonant(word, n - 2) && is_consonant(word, n - 1) &&
         word[n - 1] != 'w' && word[n - 1] != 'x' && word[n - 1] != 'y';
}

struct ending {
  std::string_view from, to;
};
/// The first ending that the word has is exchanged if the stem before it satisfies the condition.
template <class Condition>
std::string exchange(std::string word, std::span<const ending> endings, const Condition& holds) {
  for (const auto& [from, to] : endings) {
    if (!word.ends_with(from)) continue;
    const std::string_view stem = std::string_view(word).substr(0, word.size() - from.size());
    return holds(stem) ? std::string(stem).append(to) : word;
  }
  return word;
}

KRAIT_INLINE std::string plural(std::string word) {
  if (word.ends_with("ies") && word.size() == 4) return word.substr(0, 3);
  static constexpr std::array<ending, 4> endings{{{"sses", "ss"}, {"ies", "i"}, {"ss", "ss"}, {"s", ""}}};
  return exchange(std::move(word), endings, [](auto) { return true; });
}

KRAIT_INLINE std::string past(std::string word) {
  if (word.ends_with("ied")) return word.substr(0, word.size() - (word.size() == 4 ? 1 : 2));
  if (word.ends_with("eed")) {
    if (measure(std::string_view(word).substr(0, word.size() - 3)) > 0) word.pop_back();
    return word;
  }
  const std::size_t cut = word.ends_with("ed") ? 2 : word.ends_with("ing") ? 3 : 0;
  if (cut == 0 || !has_vowel(std::string_view(word).substr(0, word.size() - cut))) return word;
  word.resize(word.size() - cut);
  if (word.ends_with("at") || word.ends_with("bl") || word.ends_with("iz")) return word + 'e';
  if (ends_double(word)) {
    if (word.back() != 'l' && word.back() != 's' && word.back() != 'z') word.pop_back();
    return word;
  }
  return measure(word) == 1 && ends_cvc(word) ? word + 'e' : word;
}

KRAIT_INLINE std::string final_y(std::string word) {
  if (word.size() > 2 && word.back() == 'y' && is_consonant(word, word.size() - 2)) word.back() = 'i';
  return word;
}

KRAIT_INLINE std::string double_suffix(std::string word) {
  const auto positive = [](std::string_view stem) { return measure(stem) > 0; };
  if (word.ends_with("alli") && positive(std::string_view(word).substr(0, word.size() - 4)))
    return double_suffix(word.substr(0, word.size() - 2));
  if (word.ends_with("logi"))  // here the l belongs to the stem
    return positive(std::string_view(word).substr(0, word.size() - 3)) ? word.substr(0, word.size() - 1) : word;
  static constexpr std::array<ending, 21> endings{
      {{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"}, {"anci", "ance"}, {"izer", "ize"},
       {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"}, {"eli", "e"},     {"ousli", "ous"},
       {"ization", "ize"}, {"ation", "ate"},   {"ator", "ate"},  {"alism", "al"},  {"iveness", "ive"},
       {"fulness", "ful"}, {"ousness", "ous"}, {"aliti", "al"},  {"iviti", "ive"}, {"biliti", "ble"},
       {"fulli", "ful"}}};
  return exchange(std::move(word), endings, positive);
}

KRAIT_INLINE std::string third(std::string word) {
  static constexpr std::array<ending, 7> endings{
      {{"icate", "ic"}, {"ative", ""}, {"alize", "al"}, {"iciti", "ic"}, {"ical", "ic"}, {"ful", ""}, {"ness", ""}}};
  return exchange(std::move(word), endings, [](std::string_view stem) { return measure(stem) > 0; });
}

KRAIT_INLINE std::string fourth(std::string word) {
  static constexpr std::array<ending, 19> endings{{{"al", ""},
                                                   {"ance", ""},
                                                   {"ence", ""},
                                                   {"er", ""},
                                                   {"ic", ""},
                                                   {"able", ""},
                                                   {"ible", ""},
                                                   {"ant", ""},
                                                   {"ement", ""},
                                                   {"ment", ""},
                                                   {"ent", ""},
                                                   {"ion", ""},
                                                   {"ou", ""},
                                                   {"ism", ""},
                                                   {"ate", ""},
                                                   {"iti", ""},
                                                   {"ous", ""},
                                                   {"ive", ""},
                                                   {"ize", ""}}};
  const bool ion = word.ends_with("ion");
  return exchange(std::move(word), endings, [&](std::string_view stem) {
    return measure(stem) > 1 && (!ion || stem.back() == 's' || stem.back() == 't');
  });
}

KRAIT_INLINE std::string last(std::string word) {
  if (word.ends_with('e')) {
    const std::string_view stem = std::string_view(word).substr(0, word.size() - 1);
    const int m = measure(stem);
    if (m > 1 || (m == 1 && !ends_cvc(stem))) word.pop_back();
  }
  if (word.ends_with("ll") && measure(std::string_view(word).substr(0, word.size() - 1)) > 1) word.pop_back();
  return word;
}

/// NLTK's table of words that the steps get wrong.
KRAIT_INLINE std::optional<std::string_view> irregular(std::string_view word) {
  using pair = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<pair, 17> table{{{"canning", "canning"},
                                               {"cannings", "canning"},
                                               {"dying", "die"},
                                               {"exceed", "exceed"},
                                               {"howe", "howe"},
                                               {"inning", "inning"},
                                               {"innings", "inning"},
                                               {"lying", "lie"},
                                               {"news", "news"},
                                               {"outing", "outing"},
                                               {"outings", "outing"},
                                               {"proceed", "proceed"},
                                               {"skies", "sky"},
                                               {"sky", "sky"},
                                               {"succeed", "succeed"},
                                               {"tying", "tie"},
                                               {"", ""}}};
  const auto found = std::ranges::find(table, word, &pair::first);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace detail::porter

KRAIT_INLINE std::string porter_stem(std::string_view word) {
  using namespace detail::porter;
  if (const auto known = irregular(word)) return std::string(*known);
  if (word.size() <= 2) return std::string(word);
  return last(fourth(third(double_suffix(final_y(past(plural(std::string(word))))))));
}

}  // namespace krait::metric
