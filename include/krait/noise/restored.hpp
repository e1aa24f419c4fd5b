// krait/noise/restored.hpp: how much of a set of answers a noise's inverse gives back: the most that a model which
// learnt the noise perfectly can score after un-noising.
#pragma once
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/noise.hpp>
#include <span>
#include <string>
#include <string_view>

namespace krait::noise {

/// Of `answers` those that came back: byte for byte, and up to white space, punctuation and symbols.
struct restored {
  long answers = 0, exactly = 0, in_letters = 0;
  double exact_share() const { return share(exactly); }
  double letter_share() const { return share(in_letters); }

 private:
  double share(long of) const { return answers ? static_cast<double>(of) / static_cast<double>(answers) : 0; }
};

/// The text without white space, punctuation and symbols; upper and lower case stay.
inline std::string letters_of(std::string_view text) {
  std::string kept;
  for (const std::string_view point : utf8::code_points(text)) {
    std::int32_t at = 0;
    UChar32 c = 0;
    U8_NEXT(point.data(), at, static_cast<std::int32_t>(point.size()), c);
    if (!utf8::is_space(point) && (c < 0 || (U_GET_GC_MASK(c) & (U_GC_P_MASK | U_GC_S_MASK)) == 0)) kept += point;
  }
  return kept;
}

/// What invert(apply(answer)) gives back, with the draws of noised_set.
template <invertible_noise Noise>
restored restored_by_inverse(std::span<const data::question_answer> pairs, std::uint64_t seed) {
  restored found;
  for (const auto& pair : pairs) {
    const draw at{seed, stream(Noise::name), static_cast<std::uint64_t>(found.answers)};
    const std::string back = Noise::invert(Noise::apply(pair.answer, at));
    ++found.answers;
    found.exactly += back == pair.answer;
    found.in_letters += letters_of(back) == letters_of(pair.answer);
  }
  return found;
}

}  // namespace krait::noise
