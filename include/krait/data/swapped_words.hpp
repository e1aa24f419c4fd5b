// krait/data/swapped_words.hpp: running text in which chosen words change places by chance, so that the same word in
// the same contexts is common in one text and rare in another, all else equal.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/core/unicode_words.hpp>
#include <krait/data/plain_text.hpp>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace krait::data {

struct swapped_words_config {
  int pairs = 40;           // of words
  int least = 5, most = 8;  // letters of a word
  double share = .95;       // of a pair's occurrences that are its first word, where first words are common
};

using word_pairs = std::vector<std::array<std::string, 2>>;

/// Words of small Latin letters, each with one of as many bytes that is about as frequent in the text: the `pairs` most
/// frequent ones. Throws data_error where there is none.
inline word_pairs pairs_of_words(std::string_view text, swapped_words_config c) {
  std::unordered_map<std::string_view, long> counts;
  for (const std::string_view word : utf8::unicode_words(text)) {
    const auto size = static_cast<int>(word.size());
    if (size >= c.least && size <= c.most && std::ranges::all_of(word, [](char l) { return l >= 'a' && l <= 'z'; }))
      ++counts[word];
  }
  struct counted {
    std::string_view word;
    long count;
  };
  std::map<std::size_t, std::vector<counted>> by_size;
  for (const auto& [word, count] : counts) by_size[word.size()].push_back({word, count});
  struct pair {
    std::string_view first, second;
    long count;
  };
  std::vector<pair> all;
  for (auto& [size, words] : by_size) {
    std::ranges::sort(words, [](const counted& a, const counted& b) {
      return a.count != b.count ? a.count > b.count : a.word < b.word;
    });
    for (std::size_t i = 0; i + 1 < words.size(); i += 2)
      all.push_back({words[i].word, words[i + 1].word, words[i].count + words[i + 1].count});
  }
  std::ranges::sort(
      all, [](const pair& a, const pair& b) { return a.count != b.count ? a.count > b.count : a.first < b.first; });
  if (all.empty())
    throw data_error("The text has no two words of " + std::to_string(c.least) + " to " + std::to_string(c.most) +
                     " small letters to swap; give more text.");
  word_pairs found;
  for (const pair& one : all)
    if (static_cast<int>(found.size()) < c.pairs) found.push_back({std::string(one.first), std::string(one.second)});
  return found;
}

/// The text with every occurrence of a pair's words replaced by the first of them with the probability `share`, else by
/// the second: occurrence by occurrence by the same chance, whatever the share.
inline std::string with_words_swapped(std::string text, const word_pairs& pairs, double share, std::string_view of) {
  std::unordered_map<std::string_view, std::size_t> number;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    for (const std::string& word : pairs[i]) number[word] = i;
  std::uint64_t occurrence = 0;
  for (const std::string_view word : utf8::unicode_words(text)) {
    const auto found = number.find(word);
    if (found == number.end()) continue;
    const bool first = uniform({0, stream(of), occurrence++}) < share;
    std::ranges::copy(pairs[found->second][first ? 0 : 1], text.begin() + (word.data() - text.data()));
  }
  return text;
}

/// A policy of text: of every pair one word is as frequent as the other. What a model of the name `first_common` or
/// `second_common` reads instead (to_read) differs in those words alone: place by place the bytes are the same.
template <swapped_words_config C = swapped_words_config{}, class Source = plain_text<>> struct swapped_words {
  static_assert(C.pairs > 0 && C.least > 0 && C.most >= C.least && C.share > .5 && C.share < 1,
                "swapped_words: pairs and least must be positive, most not below it, share between a half and 1");
  static constexpr std::string_view name = "words swapped", first_common = "first words common",
                                    second_common = "second words common";

  static std::string describe(const std::filesystem::path& folder) {
    return Source::describe(folder) + " with " + std::to_string(C.pairs) + " pairs of words swapped by chance";
  }
  static word_pairs pairs(const std::filesystem::path& folder) { return pairs_of_words(Source::load(folder).train, C); }
  static read_text load(const std::filesystem::path& folder) {
    read_text text = Source::load(folder);
    const word_pairs chosen = pairs_of_words(text.train, C);
    text.train = with_words_swapped(std::move(text.train), chosen, .5, "words swapped to train");
    text.held_out = with_words_swapped(std::move(text.held_out), chosen, .5, "words swapped to ask");
    return text;
  }
  /// What an encoder of this name is to read; that which is trained on where it has none of the two names.
  static std::string to_read(const std::filesystem::path& folder, std::string_view encoder) {
    std::string text = Source::load(folder).train;
    const word_pairs chosen = pairs_of_words(text, C);
    const double share = encoder == first_common ? C.share : encoder == second_common ? 1 - C.share : .5;
    return with_words_swapped(std::move(text), chosen, share, "words swapped to train");
  }
};

}  // namespace krait::data
