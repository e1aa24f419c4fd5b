// krait/tokenizer/merge_model.hpp: byte-pair encoding of one word: its characters or bytes, then merges.
#pragma once
#include <array>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/tokenizer/merge_table.hpp>
#include <krait/tokenizer/word_cache.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace krait::tokenizer::detail {

/// What a thread works in.
struct work_room {
  merge_room merging;
  word_cache cache;
};

struct merge_model_config {
  std::vector<std::pair<std::string, std::int32_t>> vocabulary;
  std::vector<std::pair<std::string, std::string>> merges;
  std::optional<std::string> unknown;
  std::string prefix, suffix;  // of every part of a word but the first, of the last
  bool byte_level = false;     // words are bytes, tokens are written in the byte alphabet
  bool byte_fallback = false;  // an unknown character is the tokens <0x00> .. <0xFF> of its bytes
  bool fuse_unknown = false;   // unknown neighbours are one token
  bool ignore_merges = false;  // a word that is a token as a whole is that token
};

class merge_model {
 public:
  /// Throws data_error: an id twice, negative or beyond 2^24, a merge or `unknown` that names no token.
  explicit merge_model(merge_model_config config);
  merge_model(const merge_model&) = delete;  // its tables point into its vocabulary

  /// Adds the tokens of a word of valid UTF-8; with byte_level of any bytes. Where no step has cut the text into
  /// words, it is cut here where no merge can reach over, which gives the same tokens, and words that come again.
  void append(std::string_view word, work_room& room, std::vector<std::int32_t>& ids) const;

  std::optional<std::int32_t> id(std::string_view token) const;
  std::optional<std::string_view> token(std::int32_t id) const;
  std::size_t size() const { return ids_.size(); }                                  // of the vocabulary
  std::int32_t bound() const { return static_cast<std::int32_t>(tokens_.size()); }  // above all ids
  const merge_model_config& config() const { return config_; }

 private:
  void encode(std::string_view word, work_room& room, std::vector<std::int32_t>& ids) const;
  void append_word(std::string_view word, work_room& room, std::vector<std::int32_t>& ids) const;
  void characters(std::string_view word, std::vector<std::int32_t>& symbols) const;
  std::int32_t character(std::string_view one, bool first, bool last) const;
  void find_breaks(const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs);

  merge_model_config config_;
  std::unordered_map<std::string_view, std::int32_t> ids_;
  std::vector<const std::string*> tokens_;  // by id
  std::array<std::int32_t, 256> byte_ids_, fallback_ids_;
  std::unordered_map<char32_t, std::int32_t> character_ids_;
  std::int32_t unknown_ = -1;
  merge_table merges_;
  std::vector<bool> breaks_;  // by code point: between it and the mark U+2581 no merge reaches
};

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/merge_model_impl.hpp>
#endif
