// krait/metric/english_words.hpp: share of an answer's words that are English (arXiv 2407.00996,
// evaluation_responses.py:
// "% English words", there by the word list of NLTK). The list is Debian's package wamerican.
#pragma once
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <krait/core/error.hpp>
#include <krait/core/unicode.hpp>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/words.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace krait::metric {

/// Mean over the answers that have a word at all, 0 to 1. A word is one between white space, in lower case, without the
/// punctuation at its ends; numbers and marks alone are no words. Needs krait::read_files before.
struct english_words {
  static constexpr std::string_view name = "english_words";

  /// One word a line, from the file `words` of the folder, or else from /usr/share/dict/words. Throws file_error.
  static void read(const std::filesystem::path& folder) {
    std::error_code unreadable;  // a folder that may not be entered has no list
    const std::filesystem::path own = folder / "words";
    const bool has_own = !folder.empty() && std::filesystem::is_regular_file(own, unreadable);
    read_list(has_own ? own : std::filesystem::path("/usr/share/dict/words"));
  }
  /// From this file. Throws file_error.
  static void read_list(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);) found.push_back(utf8::lower(utf8::strip(line)));
    if (found.empty())
      throw file_error(file.string() + " has no word in it or is missing; install a list of English words (Debian: " +
                       "apt-get install wamerican), or put one as 'words' into the folder of --data.");
    std::ranges::sort(found);
    list() = std::move(found);
  }

  /// Words of the answer and those in the list.
  struct counts {
    long words = 0, english = 0;
  };
  /// Throws data_error before the list is read.
  static counts of(std::string_view answer) {
    if (list().empty())
      throw data_error("english_words has no list of words yet; call krait::read_files<metrics>(folder) before.");
    counts found;
    for (const std::string_view one : utf8::words(answer)) {
      const std::string word = bare(one);
      if (word.empty()) continue;
      ++found.words;
      found.english += std::ranges::binary_search(list(), word);
    }
    return found;
  }

  void add(std::string_view answer, std::string_view) {
    const counts found = of(answer);
    if (found.words == 0) return;
    sum += static_cast<double>(found.english) / static_cast<double>(found.words);
    ++answers;
  }
  void merge(const english_words& other) {
    sum += other.sum;
    answers += other.answers;
  }
  double value() const { return answers ? sum / static_cast<double>(answers) : 0; }

  double sum = 0;
  long answers = 0;  // with a word

 private:
  static std::vector<std::string>& list() {
    static std::vector<std::string> all;
    return all;
  }
  /// Lower case from the first letter to the last; empty if there is none.
  static std::string bare(std::string_view word) {
    const auto points = utf8::code_points(word);
    const auto letter = [](std::string_view p) {
      return is_word_letter(p) && !('0' <= p[0] && p[0] <= '9') && p != "_";
    };
    const auto first = std::ranges::find_if(points, letter);
    if (first == points.end()) return {};
    const auto last = std::find_if(points.rbegin(), points.rend(), letter);
    return lower({first->data(), static_cast<std::size_t>(last->data() + last->size() - first->data())});
  }
};
static_assert(text_metric<english_words>);

}  // namespace krait::metric
