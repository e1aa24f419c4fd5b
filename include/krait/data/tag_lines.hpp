// krait/data/tag_lines.hpp: files with a word a line and its tags in columns: CoNLL-U (universaldependencies.org) and
// the IOB2 files of Universal NER, which have the same frame.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct tag_line {
  std::vector<std::string> columns;  // the number first, then the word
  std::size_t line = 0;              // in its file, from 1
};
struct tag_sentence {
  std::string id;  // of the comment "# sent_id = ..."
  std::size_t line = 0;
  std::vector<tag_line> words;  // numbered 1, 2, 3, ...
};
struct tag_file {
  std::string origin;
  std::vector<tag_sentence> sentences;
  std::size_t ranges = 0;       // lines "2-3", a written word of several: left out, its parts follow
  std::size_t empty_nodes = 0;  // lines "5.1", a word that is not written: left out
};

/// Sentences in the file's order; empty lines divide them. Throws data_error with file and line: another number of
/// columns, words not numbered 1, 2, 3, ..., an empty word, a sentence without sent_id, or with that of another one, no
/// sentences.
tag_file parse_tag_lines(std::string_view text, const std::string& origin, std::size_t columns);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/tag_lines_impl.hpp>
#endif
