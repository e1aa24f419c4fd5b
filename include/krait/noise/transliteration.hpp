// krait/noise/transliteration.hpp: English in Devanagari letters, letter by letter by ICU: "Delhi" -> "दॆऌइ". The
// noise study (arXiv 2407.00996) has it the other way round: a Hindi translation in Roman letters (romanisation.hpp).
#pragma once
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/pattern.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace krait::noise {

/// How letters of one script become those of the other; a part of the noise's name.
enum class scheme {
  icu,             // ICU's own rules, letter by letter
  cmu,             // by pronunciation, out of the dictionary of Carnegie Mellon University
  schwa_deletion,  // as Hindi is spoken: without the vowels that are implied and silent
};

/// transliteration<scheme::icu>, and <scheme::cmu> in transliteration_cmu.hpp.
template <scheme S> struct transliteration;

namespace detail {
/// A text through one of ICU's transliterators. Bytes that are no UTF-8 become U+FFFD.
inline std::string through_icu(const icu::Transliterator& rules, std::string_view text) {
  auto letters = icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
  rules.transliterate(letters);
  std::string changed;
  letters.toUTF8String(changed);
  return changed;
}
inline std::unique_ptr<icu::Transliterator> icu_rules(const char* name) {
  UErrorCode status = U_ZERO_ERROR;
  std::unique_ptr<icu::Transliterator> rules(icu::Transliterator::createInstance(name, UTRANS_FORWARD, status));
  if (U_FAILURE(status))
    throw data_error(std::string("transliteration: ICU has no rules '") + name + "' (" + u_errorName(status) +
                     "); check that ICU's data are installed.");
  return rules;
}
inline std::string latin_to_devanagari(std::string_view text) {
  thread_local const auto rules = icu_rules("Latin-Devanagari");
  return through_icu(*rules, text);
}
inline std::string devanagari_to_latin(std::string_view text) {
  thread_local const auto rules = icu_rules("Devanagari-Latin");
  return through_icu(*rules, text);
}
/// Whether an answer is nearer to the noised truth than to the truth, by letters in threes.
inline std::optional<bool> letters_nearer_to(std::string_view noised, std::string_view answer, std::string_view truth) {
  return nearer_to_noised<3>(utf8::code_points(utf8::strip(answer)), utf8::code_points(noised),
                             utf8::code_points(truth));
}
}  // namespace detail

/// Letter by letter, as if English were a transcription of Sanskrit: on 4,612 English words in Dakshina's Hindi (Roark
/// et al. 2020) 0.68 of the letters differ from what people write, and 7 words are theirs. Digits and the full stop
/// become those of Devanagari. Bytes that are no UTF-8 become U+FFFD.
template <> struct transliteration<scheme::icu> {
  static constexpr std::string_view name = "transliteration_icu";

  static std::string apply(std::string_view text, draw) { return detail::latin_to_devanagari(text); }

  /// By ICU's rules the other way. Not English again: upper case is lost, c comes back as k or ca, w as v, l as an r
  /// with a ring, and x as ksa ("Delhi" as "de'l̥'i"); of the answers of the 256 default facts 22 come back.
  static std::string invert(std::string_view text) { return detail::devanagari_to_latin(text); }

  /// By letters in threes (pattern.hpp); nothing where no letter changes.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    return detail::letters_nearer_to(apply(truth, {}), answer, truth);
  }
};
static_assert(invertible_noise<transliteration<scheme::icu>> && pattern_detector<transliteration<scheme::icu>>);

}  // namespace krait::noise
