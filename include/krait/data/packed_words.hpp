// krait/data/packed_words.hpp: words put into chunks of at most so many tokens, none torn between two of them, so that
// each word of a chunk can be looked for in its reconstruction (arXiv:2512.15653, eval_analysis/connl).
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/data/placed_word.hpp>
#include <krait/data/tokenizer.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

enum class long_words {
  refuse,  // a word of more tokens than a chunk holds is an error
  skip,    // it is left out and counted
};

struct packing_config {
  std::size_t length = 0;    // tokens of a chunk, at most
  std::size_t capacity = 0;  // of the model that reads them; 0: any
  long_words too_long = long_words::refuse;
};

struct packed_chunk {
  std::vector<std::size_t> words;   // which of the words given, in their order
  std::vector<std::size_t> starts;  // their first tokens in ids
  std::vector<std::int32_t> ids;    // at most length; who needs exactly so many pads
  std::string text;                 // the words, a space between them
};
struct packed_words {
  std::vector<packed_chunk> chunks;
  std::size_t skipped = 0;  // words that are longer than a chunk
};

/// A word's tokens are those of " word", at the start of a chunk those of "word": tokenizers that look no further than
/// the next space (bytes; BPE after GPT-2's pattern, for words without white space) give the whole text the same ids.
/// Throws option_error (a length of 0 or above the capacity) and data_error, with file and line, for a word that the
/// tokenizer cannot write, that has no tokens, or that is longer than a chunk.
template <class Tokenizer = byte_tokenizer>
requires requires(const Tokenizer& t, std::string_view text, std::vector<std::int32_t>& to) { t.append(text, to); }
packed_words pack_words(std::span<const placed_word> words, packing_config c, const Tokenizer& tokens = {}) {
  if (c.length == 0) throw option_error("pack_words: chunks of 0 tokens hold no word; give a length from 1.");
  if (c.capacity > 0 && c.length > c.capacity)
    throw option_error("pack_words: chunks of " + std::to_string(c.length) + " tokens are longer than the " +
                       std::to_string(c.capacity) + " that the model reads; give a smaller length.");
  const auto encode = [&](const placed_word& word, const std::string& text) {
    std::vector<std::int32_t> ids;
    try {
      tokens.append(text, ids);
    } catch (const data_error& e) {
      std::string why = e.what();
      if (why.ends_with('.')) why.pop_back();
      throw detail::of_word(word, "cannot be written in tokens (" + why + ").");
    }
    if (ids.empty()) throw detail::of_word(word, "has no tokens, so nothing of it can be found; leave it out.");
    return ids;
  };
  packed_words packed;
  packed_chunk chunk;
  const auto close = [&] {
    if (!chunk.words.empty()) packed.chunks.push_back(std::move(chunk));
    chunk = {};
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string text(words[i].text);
    if (!chunk.words.empty()) {
      text.insert(text.begin(), ' ');
      const auto ids = encode(words[i], text);
      if (chunk.ids.size() + ids.size() <= c.length) {
        chunk.words.push_back(i);
        chunk.starts.push_back(chunk.ids.size());
        chunk.ids.insert(chunk.ids.end(), ids.begin(), ids.end());
        chunk.text += text;
        continue;
      }
      text.erase(text.begin());
    }
    auto ids = encode(words[i], text);
    if (ids.size() > c.length) {
      if (c.too_long == long_words::refuse)
        throw detail::of_word(words[i], "has " + std::to_string(ids.size()) + " tokens and a chunk only " +
                                            std::to_string(c.length) + "; give longer chunks, or skip such words.");
      ++packed.skipped;
      continue;
    }
    close();
    chunk = {.words = {i}, .starts = {0}, .ids = std::move(ids), .text = std::move(text)};
  }
  close();
  return packed;
}

}  // namespace krait::data
