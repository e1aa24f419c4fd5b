// krait/metric/porter.hpp: English words without their endings: "connections" -> "connect". Porter 1980, "An algorithm
// for suffix stripping" (Program 14(3)), with what NLTK changes by default, since ROUGE's stemmer is NLTK's.
#pragma once
#include <string>
#include <string_view>

namespace krait::metric {

/// The stem of a word of lower-case ASCII letters, equal to NLTK's PorterStemmer(mode="NLTK_EXTENSIONS"). Other bytes
/// count as consonants. It differs from Porter's own steps, which Snowball's "porter" follows, in these:
///   - a table of 12 words ("dying" -> "die", "news" -> "news", "innings" -> "inning", ...);
///   - words of one or two letters stay as they are;
///   - "-ies" and "-ied" of four letters keep an "ie" ("ties" -> "tie", "died" -> "die"); longer ones end in "i";
///   - "-y" becomes "-i" after a consonant that is not the word's first letter ("spy" -> "spi", but "enjoy", "by");
///   - "-alli" becomes "-al" and is looked at again; "-fulli" -> "-ful"; "-bli" -> "-ble"; "-logi" -> "-log";
///   - a vowel and a consonant alone end like consonant, vowel, consonant: "aging" -> "age".
std::string porter_stem(std::string_view word);

}  // namespace krait::metric

#ifndef KRAIT_COMPILED
#include <krait/metric/porter_impl.hpp>
#endif
