// krait/experiment/asked_words.hpp: the words that a measure asks for, in chunks of some of a study's lengths.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/experiment/omission_census.hpp>
#include <krait/experiment/reconstruction_plan.hpp>
#include <krait/experiment/word_chunks.hpp>
#include <krait/experiment/word_divisions.hpp>
#include <krait/study/record.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

class asked_words {
 public:
  /// lengths: tokens of a chunk; chunks: at most so many of each length, evenly from all; measure: who asks. Throws
  /// data_error without a word, and where a length has too few chunks for the state of another text to come from
  /// another shard.
  asked_words(const reconstruction_plan& plan, divided_words words, std::vector<int> lengths, int chunks,
              std::string_view measure)
      : plan_(plan), words_(std::move(words)), lengths_(std::move(lengths)) {
    if (words_.words.empty())
      throw data_error(fmt::format("{}: there is no word to ask for; give more text.", measure));
    for (const int length : lengths_) {
      packed_.emplace_back(words_.words, length, chunks, plan.tokens);
      if (packed_.back().of.size() < 2 * static_cast<std::size_t>(plan.config.per_shard))
        throw data_error(
            fmt::format("{}: the words fill {} chunks of {} tokens, too few to ask for; give more text "
                        "or a shorter length.",
                        measure, packed_.back().of.size(), length));
    }
  }

  const std::vector<data::placed_word>& words() const { return words_.words; }

  /// The group "words" of the label length; how many chunks there are, and which words stand in none.
  void describe(studies::record& to) const {
    std::vector<std::string> at;
    for (const int length : lengths_) at.push_back(studies::level(length));
    to.declare_group("length", "words", at);
    to.fact("words asked for", words_.source);
    for (std::size_t l = 0; l < lengths_.size(); ++l) {
      to.fact(fmt::format("chunks of words of {} tokens", lengths_[l]),
              static_cast<std::int64_t>(packed_[l].of.size()));
      if (packed_[l].skipped > 0)
        to.note(fmt::format("{} words are longer than the {} tokens of a chunk and are left out there.",
                            packed_[l].skipped, lengths_[l]));
    }
    for (const auto& one : words_.notes) to.note(one);
  }

  /// Those of a length; null where it is not asked about.
  const word_chunks* of_length(int length) const {
    const auto found = std::ranges::find(lengths_, length);
    return found == lengths_.end() ? nullptr : &packed_[static_cast<std::size_t>(found - lengths_.begin())];
  }
  /// Which words of the chunks are lacking in what was written for them.
  omission_census census(const word_chunks& chunks, const rebuilt& written) const {
    omission_census all(words_.words);
    for (std::size_t k = 0; k < chunks.of.size(); ++k) all.add(chunks.of[k], plan_.tokens.decode(written.written[k]));
    return all;
  }

 private:
  const reconstruction_plan& plan_;
  divided_words words_;
  std::vector<int> lengths_;
  std::vector<word_chunks> packed_;
};

}  // namespace krait::experiment
