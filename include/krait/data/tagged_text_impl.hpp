// krait/data/tagged_text_impl.hpp: two files of tags become one.
#pragma once
#include <algorithm>
#include <array>
#include <iterator>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/tagged_text.hpp>
#include <krait/data/text_source.hpp>
#include <map>
#include <utility>

namespace krait::data {
namespace detail {

KRAIT_INLINE std::string entity_of(const tag_file& file, const tag_line& word) {
  const std::string& tag = word.columns[2];
  if (tag == "O") return "none";
  if ((tag.starts_with("B-") || tag.starts_with("I-")) && tag.size() > 2) return tag.substr(2);
  throw at_line(file.origin, word.line, "'" + tag + "' is no named entity; O, B-X or I-X is wanted.");
}
KRAIT_INLINE data_error missing_sentence(const tag_file& has, const tag_sentence& one, const tag_file& lacks) {
  return at_line(has.origin, one.line,
                 "the sentence " + one.id + " is not in " + lacks.origin +
                     "; take both files from releases that belong together.");
}
}  // namespace detail

KRAIT_INLINE std::string tagged_text_report::describe() const {
  std::string text = std::to_string(words) + " words in " + std::to_string(sentences) + " sentences";
  if (other_sentences > 0)
    text += "; " + std::to_string(other_sentences) + " sentences (" + std::to_string(other_words) +
            " words) have other words in the file of named entities and are used without these";
  return text;
}

KRAIT_INLINE std::vector<placed_word> tagged_text::placed() const {
  std::vector<placed_word> all;
  for (const auto& sentence : sentences)
    for (const auto& word : sentence.words) all.push_back({word.form, sentence.file, word.line});
  return all;
}
KRAIT_INLINE std::vector<const tagged_word*> tagged_text::words() const {
  std::vector<const tagged_word*> all;
  for (const auto& sentence : sentences)
    for (const auto& word : sentence.words) all.push_back(&word);
  return all;
}

KRAIT_INLINE tagged_text join_tags(const tag_file& parts_of_speech, const tag_file& entities) {
  std::map<std::string_view, const tag_sentence*> by_id;
  for (const auto& one : entities.sentences) by_id.emplace(one.id, &one);
  tagged_text joined;
  for (const auto& one : parts_of_speech.sentences) {
    const auto found = by_id.find(one.id);
    if (found == by_id.end()) throw detail::missing_sentence(parts_of_speech, one, entities);
    const auto& tags = found->second->words;
    by_id.erase(found);
    const bool same = std::ranges::equal(
        one.words, tags, [](const tag_line& a, const tag_line& b) { return a.columns[1] == b.columns[1]; });
    tagged_sentence sentence{one.id, parts_of_speech.origin, {}};
    for (std::size_t i = 0; i < one.words.size(); ++i) {
      const auto& columns = one.words[i].columns;
      sentence.words.push_back({columns[1], columns[3], columns[4],
                                same ? detail::entity_of(entities, tags[i]) : std::string(), one.words[i].line});
    }
    joined.report.words += sentence.words.size();
    if (!same) {
      ++joined.report.other_sentences;
      joined.report.other_words += sentence.words.size();
      joined.report.where.push_back(parts_of_speech.origin + ", line " + std::to_string(one.line));
    }
    joined.sentences.push_back(std::move(sentence));
  }
  for (const auto& one : entities.sentences)
    if (by_id.contains(one.id)) throw detail::missing_sentence(entities, one, parts_of_speech);
  auto& report = joined.report;
  report.sentences = joined.sentences.size();
  report.ranges = parts_of_speech.ranges;
  report.empty_nodes = parts_of_speech.empty_nodes;
  if (report.other_sentences > 1 + report.sentences / 100)
    throw data_error(report.where.front() + ": this sentence and " + std::to_string(report.other_sentences - 1) +
                     " more of " + std::to_string(report.sentences) + " have other words in " + entities.origin +
                     "; take both files from releases that belong together.");
  return joined;
}

KRAIT_INLINE std::string_view coarse_part_of_speech(std::string_view xpos) {
  using group = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<group, 55> groups{
      {{"\"", "PUNCT"}, {"''", "PUNCT"}, {"``", "PUNCT"},   {"(", "PUNCT"},   {")", "PUNCT"},     {",", "PUNCT"},
       {".", "PUNCT"},  {":", "PUNCT"},  {"HYPH", "PUNCT"}, {"NFP", "PUNCT"}, {"-LRB-", "PUNCT"}, {"-RRB-", "PUNCT"},
       {"#", "SYM"},    {"$", "SYM"},    {"SYM", "SYM"},    {"CC", "CONJ"},   {"CD", "NUM"},      {"LS", "NUM"},
       {"DT", "DET"},   {"PDT", "DET"},  {"WDT", "DET"},    {"EX", "ADV"},    {"RB", "ADV"},      {"RBR", "ADV"},
       {"RBS", "ADV"},  {"WRB", "ADV"},  {"FW", "X"},       {"ADD", "X"},     {"GW", "X"},        {"AFX", "X"},
       {"IN", "ADP"},   {"TO", "ADP"},   {"JJ", "ADJ"},     {"JJR", "ADJ"},   {"JJS", "ADJ"},     {"MD", "VERB"},
       {"VB", "VERB"},  {"VBD", "VERB"}, {"VBG", "VERB"},   {"VBN", "VERB"},  {"VBP", "VERB"},    {"VBZ", "VERB"},
       {"NN", "NOUN"},  {"NNS", "NOUN"}, {"NNP", "NOUN"},   {"NNPS", "NOUN"}, {"NN|SYM", "NOUN"}, {"POS", "PRT"},
       {"RP", "PRT"},   {"PRP", "PRON"}, {"PRP$", "PRON"},  {"WP", "PRON"},   {"WP$", "PRON"},    {"UH", "INTJ"},
       {"_", "X"}}};
  const auto found = std::ranges::find(groups, xpos, &group::first);
  return found == groups.end() ? std::string_view{} : found->second;
}

KRAIT_INLINE tagged_text load_tagged_text(const std::filesystem::path& folder) {
  const auto read = [&](const std::string& name, std::size_t columns) {
    const auto file = detail::found_file({folder / "tags" / name, folder / name},
                                         "UD English-EWT is at https://universaldependencies.org, its named entities "
                                         "at https://www.universalner.org");
    return parse_tag_lines(read_file(file), file.string(), columns);
  };
  tagged_text all;
  for (const std::string part : {"dev", "test"}) {
    tagged_text one =
        join_tags(read("ud-ewt-en_ewt-ud-" + part + ".conllu", 10), read("uner-ewt-en_ewt-ud-" + part + ".iob2", 5));
    std::move(one.sentences.begin(), one.sentences.end(), std::back_inserter(all.sentences));
    auto &to = all.report, &from = one.report;
    to.sentences += from.sentences, to.words += from.words;
    to.ranges += from.ranges, to.empty_nodes += from.empty_nodes;
    to.other_sentences += from.other_sentences, to.other_words += from.other_words;
    to.where.insert(to.where.end(), from.where.begin(), from.where.end());
  }
  return all;
}

}  // namespace krait::data
