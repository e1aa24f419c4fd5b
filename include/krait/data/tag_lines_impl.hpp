// krait/data/tag_lines_impl.hpp: a line at a time.
#pragma once
#include <algorithm>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/encoding.hpp>
#include <krait/data/placed_word.hpp>
#include <krait/data/tag_lines.hpp>
#include <map>
#include <utility>

namespace krait::data {
namespace detail {

KRAIT_INLINE std::vector<std::string> tab_columns(std::string_view line) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at <= line.size();) {
    const std::size_t end = std::min(line.find('\t', at), line.size());
    columns.emplace_back(line.substr(at, end - at));
    at = end + 1;
  }
  return columns;
}
}  // namespace detail

KRAIT_INLINE tag_file parse_tag_lines(std::string_view text, const std::string& origin, std::size_t columns) {
  detail::refuse_utf16(text, origin);
  tag_file file{.origin = origin, .sentences = {}};
  tag_sentence sentence;
  std::map<std::string, std::size_t, std::less<>> first_line;
  const auto close = [&] {
    if (sentence.words.empty()) return;
    if (sentence.id.empty()) throw at_line(origin, sentence.line, "a sentence without '# sent_id = ...'; give it one.");
    const auto [known, fresh] = first_line.try_emplace(sentence.id, sentence.line);
    if (!fresh)
      throw at_line(origin, sentence.line,
                    "the sent_id " + sentence.id + " stands at line " + std::to_string(known->second) +
                        " too; each is there once.");
    file.sentences.push_back(std::exchange(sentence, {}));
  };
  for_each_line(text, [&](std::string_view line, std::size_t number) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      close();
      sentence = {};
    } else if (line.starts_with('#')) {
      constexpr std::string_view key = "# sent_id =";
      if (line.starts_with(key)) sentence.id = utf8::strip(line.substr(key.size()));
    } else {
      tag_line word{detail::tab_columns(line), number};
      if (word.columns.size() != columns)
        throw at_line(origin, number,
                      "the word has " + std::to_string(word.columns.size()) + " columns, not " +
                          std::to_string(columns) + "; they are divided by tabs.");
      const std::string& place = word.columns[0];
      if (sentence.line == 0) sentence.line = number;
      if (place.find('-') != place.npos || place.find('.') != place.npos) {
        ++(place.find('-') != place.npos ? file.ranges : file.empty_nodes);
        return;
      }
      if (place != std::to_string(sentence.words.size() + 1))
        throw at_line(origin, number,
                      "the word is number '" + place + "', but " + std::to_string(sentence.words.size() + 1) +
                          " is next in this sentence; mend the file.");
      if (utf8::words(word.columns[1]).size() != 1)
        throw at_line(origin, number,
                      "the word '" + word.columns[1] +
                          "' is empty or has white space in it; "
                          "such a word cannot be found again in a text.");
      sentence.words.push_back(std::move(word));
    }
  });
  close();
  if (file.sentences.empty()) throw data_error(origin + " has no sentences; a word a line is wanted, with its tags.");
  return file;
}

}  // namespace krait::data
