// krait/data/wordnet.hpp: definitions of a dictionary: the glosses of WordNet 3.0 (Miller 1995; wordnet.princeton.edu),
// in Debian the package wordnet-base.
#pragma once
#include <algorithm>
#include <krait/core/lines.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/text_source.hpp>

namespace krait::data {

/// A text source: "word: definition; "example"" of each synset, after its first word. wordnet/data.noun, .verb, .adj
/// and .adv of the folder, or else Debian's in /usr/share/wordnet.
struct wordnet {
  static constexpr std::string_view name = "dictionary";

  static std::vector<std::string> load(const std::filesystem::path& folder) {
    std::vector<std::string> texts;
    for (const char* part : {"data.noun", "data.verb", "data.adj", "data.adv"}) {
      const auto file =
          detail::found_file({folder / "wordnet" / part, std::filesystem::path("/usr/share/wordnet") / part},
                             "install WordNet's data (Debian: apt-get install wordnet-base)");
      parse(read_file(file), file.string(), texts);
    }
    return texts;
  }

  /// Adds the definitions of a data file (wndb(5WN): the licence is indented; then a synset a line, its number of words
  /// in hexadecimal in column 4, its first word in column 5, its gloss after " | ").
  static void parse(std::string_view text, const std::string& origin, std::vector<std::string>& to) {
    for_each_line(text, [&](std::string_view line, std::size_t number) {
      if (line.empty() || line.starts_with("  ")) return;
      std::size_t place = 0;
      for (int column = 0; column < 4 && place != line.npos; ++column) place = line.find(' ', place + (column > 0));
      const std::size_t bar = line.find(" | ");
      const std::string_view gloss = bar == line.npos ? std::string_view{} : utf8::strip(line.substr(bar + 3));
      if (place == line.npos || place > bar || gloss.empty())
        throw at_line(origin, number,
                      "this is no synset with a word and, after ' | ', a definition; take WordNet's data files.");
      std::string word(line.substr(place + 1, line.find(' ', place + 1) - place - 1));
      std::ranges::replace(word, '_', ' ');
      to.push_back(word.substr(0, word.find('(')) + ": " + std::string(gloss));  // adjectives have "(p)" behind
    });
  }
};
static_assert(text_source<wordnet>);

}  // namespace krait::data
