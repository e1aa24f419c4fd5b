// krait/noise/transliteration_cmu.hpp: English in Devanagari letters by its pronunciation, as Hindi borrows words:
// "Delhi" -> "डेली". The dictionary is that of Carnegie Mellon University (github.com/cmusphinx/cmudict, BSD licence).
#pragma once
#include <cstddef>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/random.hpp>
#include <krait/core/unicode.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/compressed.hpp>
#include <krait/noise/devanagari_phones.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/schwa_deletion.hpp>
#include <krait/noise/transliteration.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace krait::noise {

/// Words, which are letters and the apostrophes between them, are written as they sound; a word that the dictionary
/// lacks is written letter by letter, as transliteration<scheme::icu> does. All else passes. Of several pronunciations
/// the first counts. Needs krait::read_files before, which reads translit/cmudict.dict[.xz] of the folder; without it
/// apply throws data_error. Bytes of words that are no UTF-8 become U+FFFD.
template <> struct transliteration<scheme::cmu> {
  static constexpr std::string_view name = "transliteration_cmu";

  /// Throws file_error, and data_error where the file is no pronouncing dictionary.
  static void read(const std::filesystem::path& folder) {
    const auto file = data::find_packed_or_plain(folder / "translit/cmudict.dict");
    if (file.empty())
      throw file_error((folder / "translit/cmudict.dict").string() +
                       "[.xz] is missing; fetch it from github.com/cmusphinx/cmudict, and let --data DIR name the "
                       "folder that has it.");
    read_dictionary(data::read_file(file), file.string());
  }
  /// From a dictionary's text, "delhi D EH1 L IY0" a line; what follows # is a remark.
  static void read_dictionary(std::string_view text, const std::string& origin) {
    std::unordered_map<std::string, std::string> found;
    for_each_line(text, [&](std::string_view line, std::size_t) {
      line = line.substr(0, line.find('#'));
      const auto parts = utf8::words(line);
      if (parts.size() < 2 || !detail::find_phone(parts[1])) return;
      found.emplace(parts[0], line.substr(parts[0].size()));
    });
    if (found.empty()) throw data_error(origin + " holds no pronunciation; it needs lines like 'delhi D EH1 L IY0'.");
    dictionary() = std::move(found);
  }

  static std::string apply(std::string_view text, draw) {
    require_dictionary();
    std::string written;
    for_each_word(
        text,
        [&](std::string_view word) {
          const auto sounds = dictionary().find(key(word));
          written +=
              sounds == dictionary().end() ? detail::latin_to_devanagari(word) : phones_in_devanagari(sounds->second);
        },
        [&](std::string_view other) { written += other; });
    return written;
  }

  /// Spoken Devanagari in Roman letters (schwa_deletion.hpp). Not English again: it is spelt as it sounds, in lower
  /// case
  /// ("Paris" as "peris"). Of the answers of the 256 default facts 9 come back.
  static std::string invert(std::string_view text) { return in_roman(text); }

  /// By letters in threes (pattern.hpp); nothing where no letter changes.
  static std::optional<bool> in_pattern(std::string_view answer, std::string_view truth) {
    return detail::letters_nearer_to(apply(truth, {}), answer, truth);
  }

  /// Of a text's words those that the dictionary has.
  struct counts {
    long words = 0, known = 0;
  };
  static counts known_words(std::string_view text) {
    require_dictionary();
    counts found;
    for_each_word(
        text,
        [&](std::string_view word) {
          ++found.words;
          found.known += dictionary().contains(key(word));
        },
        [](std::string_view) {});
    return found;
  }

 private:
  static std::unordered_map<std::string, std::string>& dictionary() {
    static std::unordered_map<std::string, std::string> all;
    return all;
  }
  static void require_dictionary() {
    if (dictionary().empty())
      throw data_error(
          "transliteration_cmu has no pronouncing dictionary yet; call krait::read_files<noises>(folder) before.");
  }
  static std::string key(std::string_view word) {
    const std::string lower = utf8::lower(word);
    std::string plain;
    for (const std::string_view point : utf8::code_points(lower)) plain += point == "\u2019" ? "'" : point;
    return plain;
  }
  static bool is_letter(std::string_view point) {
    return utf8::is_word_letter(point) && point != "_" && !('0' <= point[0] && point[0] <= '9');
  }
  /// Words and what stands between them, in order.
  template <class Word, class Other> static void for_each_word(std::string_view text, Word word, Other other) {
    for (std::size_t at = 0; at < text.size();) {
      std::size_t end = at;
      while (end < text.size()) {
        const std::string_view point = text.substr(end, utf8::length(text, end)),
                               rest = text.substr(end + point.size());
        const bool joins = (point == "'" || point == "\u2019") && end > at && !rest.empty() &&
                           is_letter(rest.substr(0, utf8::length(rest, 0)));
        if (!is_letter(point) && !joins) break;
        end += point.size();
      }
      if (end > at) {
        word(text.substr(at, end - at));
        at = end;
      } else {
        other(text.substr(at, utf8::length(text, at)));
        at += utf8::length(text, at);
      }
    }
  }
};
static_assert(invertible_noise<transliteration<scheme::cmu>> && pattern_detector<transliteration<scheme::cmu>>);

}  // namespace krait::noise
