// krait/noise/romanisation.hpp: Hindi answers in Roman letters: "विज्ञान कथा।" -> "vigyan katha." The noise study
// (arXiv 2407.00996) translated its answers into Hindi and romanised these by a trained model (indic-trans).
#pragma once
#include <krait/core/random.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/schwa_deletion.hpp>
#include <krait/noise/transliteration.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace krait::noise {

/// For answers in Devanagari; others pass. scheme::icu keeps every letter, with marks ("vijñāna kathā."), and comes
/// back whole but for digits and stops of ASCII; scheme::schwa_deletion writes what people do, and loses which t, which
/// i, ... it was.
template <scheme S> struct romanisation {
  static_assert(S == scheme::icu || S == scheme::schwa_deletion,
                "romanisation: the scheme is scheme::icu or scheme::schwa_deletion");
  static constexpr std::string_view name = S == scheme::icu ? "romanisation_icu" : "romanisation_schwa_deletion";

  static std::string apply(std::string_view text, draw) {
    return S == scheme::icu ? detail::devanagari_to_latin(text) : in_roman(text);
  }
  /// By ICU's Latin-Devanagari, letter by letter.
  static std::string invert(std::string_view text) { return detail::latin_to_devanagari(text); }

  /// By letters in threes (pattern.hpp); nothing where no letter changes.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    return detail::letters_nearer_to(apply(truth, {}), answer, truth);
  }
};
static_assert(invertible_noise<romanisation<scheme::icu>> && pattern_detector<romanisation<scheme::icu>>);

}  // namespace krait::noise
