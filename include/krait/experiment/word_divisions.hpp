// krait/experiment/word_divisions.hpp: words and ways to divide them into categories, for a census of those that are
// lost.
#pragma once
#include <cstddef>
#include <filesystem>
#include <krait/core/utf8.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/packed_words.hpp>
#include <krait/data/tagged_text.hpp>
#include <krait/metric/omission.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// A way to divide words: the category of each, one of the levels, or "" for none.
struct word_division {
  std::string name;
  std::vector<std::string> levels, of;
};
struct divided_words {
  std::shared_ptr<const void> keeps;     // what the views look at
  std::vector<data::placed_word> words;  // in their order
  std::vector<word_division> divisions;
  std::string source;
  std::vector<std::string> notes;
};

/// A policy of words: those of the held-out text, between white space, by their shape.
struct running_words {
  static constexpr std::string_view name = "running words";
  static constexpr const char* shape = "shape";

  static divided_words load(const std::filesystem::path&, std::string_view held_out) {
    const auto text = std::make_shared<const std::string>(held_out);
    divided_words all{text, {}, {}, "held-out text, words between white space by their shape", {}};
    word_division shapes{shape, {"word", "name", "number", "mark"}, {}};
    for (const std::string_view word : utf8::words(*text)) {
      all.words.push_back({word});
      shapes.of.emplace_back(metric::word_shape::of(word));
    }
    all.divisions = {std::move(shapes)};
    return all;
  }
};

/// A policy of words for word_omissions. English-EWT by part of speech (the groups of arXiv:2512.15653, without X and
/// INTJ, as there) and by named entity, where the folder has its files (data::load_tagged_text); else the words of the
/// held-out text by their shape. Throws data_error.
struct tagged_words {
  static constexpr std::string_view name = "tagged words";
  static constexpr const char *speech = "part of speech", *entity = "named entity";

  static divided_words load(const std::filesystem::path& folder, std::string_view held_out) {
    const std::string file = "ud-ewt-en_ewt-ud-dev.conllu";
    for (const auto& place : {folder / "tags" / file, folder / file})
      if (!folder.empty() && !data::find_packed_or_plain(place).empty()) return tagged(folder);
    divided_words all = running_words::load(folder, held_out);
    all.notes.emplace_back(
        "There are no tagged words in the data folder, so words are told apart by their shape; "
        "--data DIR with tags/ of UD English-EWT and Universal NER tells parts of speech.");
    return all;
  }

 private:
  static divided_words tagged(const std::filesystem::path& folder) {
    const auto text = std::make_shared<const data::tagged_text>(data::load_tagged_text(folder));
    divided_words all{
        text, text->placed(), {}, "UD English-EWT with Universal NER, dev and test", {text->report.describe()}};
    word_division parts{
        speech, {"ADJ", "ADP", "ADV", "CONJ", "DET", "NOUN", "NUM", "PRON", "PRT", "PUNCT", "SYM", "VERB"}, {}},
        entities{entity, {"person", "organisation", "location", "no entity"}, {}};
    for (const data::tagged_word* word : text->words()) {
      const auto group = data::coarse_part_of_speech(word->xpos);
      parts.of.emplace_back(group == "X" || group == "INTJ" ? std::string_view() : group);
      const std::string& e = word->entity;
      entities.of.emplace_back(e == "PER"    ? "person"
                               : e == "ORG"  ? "organisation"
                               : e == "LOC"  ? "location"
                               : e == "none" ? "no entity"
                                             : "");
    }
    all.divisions = {std::move(parts), std::move(entities)};
    return all;
  }
};

}  // namespace krait::experiment
