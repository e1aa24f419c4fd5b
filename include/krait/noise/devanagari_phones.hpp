// krait/noise/devanagari_phones.hpp: English sounds in Devanagari, as Hindi writes borrowed words: "D EH1 L IY0" ->
// "डेली". Phones are ARPAbet, as the pronouncing dictionary of Carnegie Mellon University has them.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::noise {
namespace detail {

struct phone_letters {
  std::string_view phone;
  std::string_view letter;  // a consonant, or a vowel by itself
  std::string_view sign;    // a vowel's sign after a consonant; none after a consonant is the short a
  bool vowel = true;
};
inline constexpr std::array<phone_letters, 39> phone_table{{
    {"AA", "आ", "ा"},       {"AE", "ऐ", "ै"},        {"AH", "अ", ""},        {"AO", "ऑ", "ॉ"},
    {"AW", "आउ", "ाउ"},     {"AY", "आइ", "ाइ"},     {"EH", "ए", "े"},        {"ER", "अर", "र"},
    {"EY", "ए", "े"},        {"IH", "इ", "ि"},       {"IY", "ई", "ी"},       {"OW", "ओ", "ो"},
    {"OY", "ऑय", "ॉय"},     {"UH", "उ", "ु"},        {"UW", "ऊ", "ू"},        {"B", "ब", "", false},
    {"CH", "च", "", false}, {"D", "ड", "", false},  {"DH", "द", "", false}, {"F", "फ", "", false},
    {"G", "ग", "", false},  {"HH", "ह", "", false}, {"JH", "ज", "", false}, {"K", "क", "", false},
    {"L", "ल", "", false},  {"M", "म", "", false},  {"N", "न", "", false},  {"NG", "ंग", "", false},
    {"P", "प", "", false},  {"R", "र", "", false},  {"S", "स", "", false},  {"SH", "श", "", false},
    {"T", "ट", "", false},  {"TH", "थ", "", false}, {"V", "व", "", false},  {"W", "व", "", false},
    {"Y", "य", "", false},  {"Z", "ज", "", false},  {"ZH", "ज", "", false},
}};

inline const phone_letters* find_phone(std::string_view phone) {
  while (!phone.empty() && '0' <= phone.back() && phone.back() <= '9') phone.remove_suffix(1);  // stress
  const auto found = std::ranges::find(phone_table, phone, &phone_letters::phone);
  return found == phone_table.end() ? nullptr : &*found;
}
/// A nasal before a consonant of its place is a dot over the vowel.
inline bool is_dotted(std::string_view nasal, std::string_view next) {
  constexpr std::array<std::string_view, 14> after_n{"B", "CH", "D", "DH", "F", "G",  "JH",
                                                     "K", "P",  "S", "SH", "T", "TH", "V"};
  if (nasal == "M") return next == "B" || next == "P";
  if (nasal == "NG") return next == "G" || next == "K";
  return nasal == "N" && std::ranges::find(after_n, next) != after_n.end();
}
}  // namespace detail

/// Phones between spaces, with or without stress, to Devanagari; unknown ones are left out. On 4,612 English words in
/// Dakshina's Hindi (Roark et al. 2020) 0.18 of the letters differ from what people write, and 1,628 words are theirs:
/// they keep more of the spelling (hot as हॉट, the vowels of editor and hospital) and join no letters over a seam
/// (on-line).
inline std::string phones_in_devanagari(std::string_view phones) {
  std::vector<const detail::phone_letters*> sounds;
  for (const std::string_view phone : utf8::words(phones))
    if (const auto* known = detail::find_phone(phone)) sounds.push_back(known);
  std::string written;
  enum { start, vowel, consonant, dot } before = start;
  for (std::size_t i = 0; i < sounds.size(); ++i) {
    const auto& sound = *sounds[i];
    const bool last = i + 1 == sounds.size();
    if (sound.vowel) {
      const bool final_a = last && sound.phone == "AH";  // India ends in a long a
      if (before == consonant)
        written += final_a ? std::string_view("ा") : sound.sign;
      else
        written += final_a ? std::string_view("आ") : sound.letter;
      before = sound.phone == "ER" ? consonant : vowel;
    } else if (!last && before == vowel && detail::is_dotted(sound.phone, sounds[i + 1]->phone)) {
      written += "ं";
      before = dot;
    } else {
      if (before == consonant) written += "्";
      written += last && sound.phone == "Z" && i > 0 ? std::string_view("स") : sound.letter;
      before = consonant;
    }
  }
  return written;
}

}  // namespace krait::noise
