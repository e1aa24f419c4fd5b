// krait/experiment/word_frequency.hpp: how frequent words are, in the text that a model is trained on and in the Pile.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <krait/core/unicode_words.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/frequency.hpp>
#include <krait/data/placed_word.hpp>
#include <krait/tokenizer/pipeline.hpp>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// A number of each word: how frequent it is; NaN where that is not known.
struct word_numbers {
  std::string name;
  std::vector<double> of;
};

/// log10 of the share that a word has among those of a text, with one more of each. Marks have none.
inline word_numbers frequency_in(std::string_view text, const std::vector<data::placed_word>& words) {
  std::map<std::string_view, long> counts;
  long total = 0;
  for (const auto word : utf8::unicode_words(text)) ++counts[word], ++total;
  const double all = static_cast<double>(total + static_cast<long>(counts.size()) + 1);
  word_numbers found{"frequency in the training text", {}};
  for (const auto& word : words) {
    const auto parts = utf8::unicode_words(word.text);
    const bool whole = parts.size() == 1 && parts[0].size() == word.text.size();
    const auto count = counts.find(word.text);
    found.of.push_back(whole ? std::log10(static_cast<double>(count == counts.end() ? 1 : count->second + 1) / all)
                             : std::numeric_limits<double>::quiet_NaN());
  }
  return found;
}

/// The mean over a word's tokens (GPT-NeoX's of " word") of log10 of their share in the Pile's validation part.
inline word_numbers frequency_in_the_pile(const std::filesystem::path& folder, const std::filesystem::path& tokenizer,
                                          const std::vector<data::placed_word>& words) {
  const data::token_counts counts = data::load_pile_counts(folder);
  const auto tokens = tokenizer::pipeline::read(tokenizer);
  word_numbers found{"frequency in the Pile", {}};
  for (const auto& word : words) {
    std::vector<std::int32_t> ids;
    tokens.append(" " + std::string(word.text), ids);
    double sum = 0;
    for (const auto id : ids) sum += counts.log_share(id);
    found.of.push_back(utf8::unicode_words(word.text).empty() ? std::numeric_limits<double>::quiet_NaN()
                                                              : sum / static_cast<double>(ids.size()));
  }
  return found;
}

/// In the training text, and in the Pile where the folder has its counts and GPT-NeoX's tokenizer.
inline std::vector<word_numbers> known_frequencies(std::string_view training, const std::filesystem::path& folder,
                                                   const std::vector<data::placed_word>& words) {
  std::vector<word_numbers> all{frequency_in(training, words)};
  if (folder.empty()) return all;
  const auto tokenizer = data::find_packed_or_plain(folder / "tokenizers/gpt-neox-20b.json");
  if (!tokenizer.empty() && !data::find_packed_or_plain(folder / "frequency/pile_val_neox_counts.tsv").empty())
    all.push_back(frequency_in_the_pile(folder, tokenizer, words));
  return all;
}

}  // namespace krait::experiment
