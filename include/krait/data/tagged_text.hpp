// krait/data/tagged_text.hpp: English text with parts of speech and named entities: UD English-EWT (Silveira et al.
// 2014; universaldependencies.org, CC BY-SA 4.0) joined with Universal NER (Mayhew et al. 2024, arXiv:2311.09122).
#pragma once
#include <cstddef>
#include <filesystem>
#include <krait/data/placed_word.hpp>
#include <krait/data/tag_lines.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

struct tagged_word {
  std::string form;
  std::string upos, xpos;  // universal and Penn Treebank part of speech
  std::string entity;      // "PER", "LOC", "ORG", "none"; empty: not known
  std::size_t line = 0;    // in its file
};
struct tagged_sentence {
  std::string id, file;
  std::vector<tagged_word> words;
  /// "answers", "email", "newsgroup", "reviews", "weblog": what stands before the first "-" of the id.
  std::string_view genre() const { return std::string_view(id).substr(0, id.find('-')); }
};

/// What was read and what could not be used.
struct tagged_text_report {
  std::size_t sentences = 0, words = 0;
  std::size_t ranges = 0, empty_nodes = 0;           // lines of UD that are no words of the text
  std::size_t other_sentences = 0, other_words = 0;  // UD's, whose words are others in the file of entities
  std::vector<std::string> where;                    // file and line of each of these
  std::string describe() const;
};
struct tagged_text {
  std::vector<tagged_sentence> sentences;  // in UD's order
  tagged_text_report report;

  /// All words in their order, as views: those to pack, and those with their tags at the same places.
  std::vector<placed_word> placed() const;
  std::vector<const tagged_word*> words() const;
};

/// Joins by sent_id, whatever the order, and compares word by word. A sentence with other words there keeps its parts
/// of speech and has no entities ("" in each word); in the published files three of 2,001 (dev) and three of 2,077
/// (test) are such. Throws data_error with file and line: a sentence that one file lacks, an entity that is none of O,
/// B-X, I-X, or other words in more than one sentence of a hundred, as files of different versions have.
tagged_text join_tags(const tag_file& parts_of_speech, const tag_file& entities);

/// Part of speech by the groups of the paper on selective memory (arXiv:2512.15653): PUNCT, SYM, CONJ, NUM, DET, ADV,
/// X, ADP, ADJ, VERB, NOUN, PRT, PRON, INTJ. Tags that only UD has are put with those they came from (HYPH and
/// brackets: PUNCT; ADD, GW and AFX: X).
std::string_view coarse_part_of_speech(std::string_view xpos);

/// Both parts, dev and then test: tags/ud-ewt-en_ewt-ud-PART.conllu and tags/uner-ewt-en_ewt-ud-PART.iob2 of the
/// folder, or there without tags/, plain or as .xz. Throws file_error, data_error.
tagged_text load_tagged_text(const std::filesystem::path& folder);

}  // namespace krait::data

#ifndef KRAIT_COMPILED
#include <krait/data/tagged_text_impl.hpp>
#endif
