// krait/tokenizer/merge_model_impl.hpp: definitions of merge_model.hpp.
#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/encoding.hpp>
#include <krait/tokenizer/byte_alphabet.hpp>
#include <krait/tokenizer/merge_model.hpp>
#include <krait/tokenizer/merge_table_impl.hpp>
#include <krait/tokenizer/utf8.hpp>

namespace krait::tokenizer::detail {

inline constexpr std::string_view space_mark = "\xE2\x96\x81";  // U+2581
inline constexpr std::int32_t most_tokens = 1 << 24;

/// A token for a message.
inline std::string shown(std::string_view token) {
  return '"' +
         data::detail::printable(token.size() > 60 ? valid_text(token.substr(0, 60)) + "..." : std::string(token)) +
         '"';
}

KRAIT_INLINE merge_model::merge_model(merge_model_config config)
    : config_(std::move(config)), merges_(config_.merges.size()) {
  std::int32_t bound = 0;
  for (const auto& [token, id] : config_.vocabulary) {
    if (id < 0 || id >= most_tokens)
      throw data_error(
          fmt::format("the token {} has the id {}, but ids are 0 to {}", shown(token), id, most_tokens - 1));
    bound = std::max(bound, id + 1);
  }
  tokens_.resize(static_cast<std::size_t>(bound));
  ids_.reserve(config_.vocabulary.size());
  for (const auto& [token, id] : config_.vocabulary) {
    const std::string*& place = tokens_[static_cast<std::size_t>(id)];
    if (place)
      throw data_error(fmt::format("the tokens {} and {} have the same id {}", shown(*place), shown(token), id));
    place = &token;
    ids_.emplace(token, id);
  }
  if (config_.unknown) {
    const auto found = id(*config_.unknown);
    if (!found) throw data_error("its unk_token " + shown(*config_.unknown) + " is not in its vocabulary");
    unknown_ = *found;
  }
  for (int b = 0; b < 256; ++b) {
    const char byte = static_cast<char>(b);
    byte_ids_[static_cast<std::size_t>(b)] = id(to_alphabet({&byte, 1})).value_or(-1);
    fallback_ids_[static_cast<std::size_t>(b)] =
        config_.byte_fallback ? id(fmt::format("<0x{:02X}>", b)).value_or(-1) : -1;
  }
  for (const auto& [token, id] : config_.vocabulary)
    if (!token.empty() && piece_at(token, 0).length == token.size()) {
      const char* p = token.data();
      character_ids_.emplace(next_point(p), id);
    }
  std::vector<std::pair<std::int32_t, std::int32_t>> pairs;
  std::string both;
  for (std::int32_t rank = 0; const auto& pair : config_.merges) {
    const auto &left = pair.first, &right = pair.second;
    const auto named = [&](const std::string& token) {
      if (const auto found = id(token)) return *found;
      throw data_error(fmt::format("its merge {} of {} and {} names {}, which is not in its vocabulary", rank + 1,
                                   shown(left), shown(right), shown(token)));
    };
    const std::int32_t l = named(left), r = named(right);
    if (!std::string_view(right).starts_with(config_.prefix))
      throw data_error(fmt::format("its merge {} of {} and {} has no {} before its second part", rank + 1, shown(left),
                                   shown(right), shown(config_.prefix)));
    both.assign(left).append(right, config_.prefix.size());
    merges_.insert(l, r, {rank++, named(both)});
    pairs.emplace_back(l, r);
  }
  find_breaks(pairs);
}

/// A token that a merge makes holds the characters of a text as they stand; so where none of these tokens has a
/// character and the mark next to each other, the words on both sides do not meet. Tokens that stand for other
/// characters than they are written in (bytes, the unknown one) must not take part in merges.
KRAIT_INLINE void merge_model::find_breaks(const std::vector<std::pair<std::int32_t, std::int32_t>>& pairs) {
  if (config_.byte_level || config_.ignore_merges || !config_.prefix.empty() || !config_.suffix.empty() ||
      !id(space_mark))
    return;
  std::vector<bool> breaks(0x110000);
  for (const auto& [c, id] : character_ids_) breaks[c] = true;
  const auto stands_for_itself = [&](std::int32_t id) {
    return id != unknown_ && std::ranges::find(fallback_ids_, id) == fallback_ids_.end();
  };
  std::string both;
  for (const auto& [left, right] : pairs) {
    if (!stands_for_itself(left) || !stands_for_itself(right)) return;
    both = *tokens_[static_cast<std::size_t>(left)] + *tokens_[static_cast<std::size_t>(right)];
    for (std::size_t at = 0; (at = both.find(space_mark, at + 1)) != both.npos;) {
      std::size_t before = at - 1;
      while (utf8::is_tail(both[before])) --before;
      const char* p = both.data() + before;
      breaks[next_point(p)] = false;
    }
  }
  breaks_ = std::move(breaks);
}

KRAIT_INLINE std::optional<std::int32_t> merge_model::id(std::string_view token) const {
  const auto found = ids_.find(token);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

KRAIT_INLINE std::optional<std::string_view> merge_model::token(std::int32_t id) const {
  if (id < 0 || id >= bound() || !tokens_[static_cast<std::size_t>(id)]) return std::nullopt;
  return *tokens_[static_cast<std::size_t>(id)];
}

KRAIT_INLINE std::int32_t merge_model::character(std::string_view one, bool first, bool last) const {
  if ((first || config_.prefix.empty()) && (!last || config_.suffix.empty())) {
    if (config_.byte_level) return byte_ids_[static_cast<unsigned char>(one[0])];
    const char* p = one.data();
    const auto found = character_ids_.find(next_point(p));
    return found == character_ids_.end() ? -1 : found->second;
  }
  const std::string written = config_.byte_level ? to_alphabet(one) : std::string(one);
  return id((first ? "" : config_.prefix) + written + (last ? config_.suffix : "")).value_or(-1);
}

/// An unknown token waits until a known one comes, but not for bytes: so it may come behind them, as in the reference.
KRAIT_INLINE void merge_model::characters(std::string_view word, std::vector<std::int32_t>& symbols) const {
  symbols.clear();
  bool waiting = false;
  for (std::size_t at = 0, length; at < word.size(); at += length) {
    length = config_.byte_level ? 1 : piece_at(word, at).length;
    const std::string_view one = word.substr(at, length);
    const bool first = at == 0, last = at + length == word.size();
    if (const std::int32_t known = character(one, first, last); known >= 0) {
      if (waiting) symbols.push_back(unknown_);
      waiting = false;
      symbols.push_back(known);
      continue;
    }
    if (config_.byte_fallback) {
      // The bytes of the character as it would stand in the vocabulary.
      const std::string written = (first ? "" : config_.prefix) +
                                  (config_.byte_level ? to_alphabet(one) : std::string(one)) +
                                  (last ? config_.suffix : "");
      const auto fallback = [&](char c) { return fallback_ids_[static_cast<unsigned char>(c)]; };
      if (std::ranges::all_of(written, [&](char c) { return fallback(c) >= 0; })) {
        for (const char c : written) symbols.push_back(fallback(c));
        continue;
      }
    }
    if (unknown_ < 0) continue;  // left out
    if (waiting && !config_.fuse_unknown) symbols.push_back(unknown_);
    waiting = true;
  }
  if (waiting) symbols.push_back(unknown_);
}

KRAIT_INLINE void merge_model::encode(std::string_view word, work_room& room, std::vector<std::int32_t>& ids) const {
  if (config_.ignore_merges)
    if (const auto whole = id(config_.byte_level ? to_alphabet(word) : std::string(word))) return ids.push_back(*whole);
  characters(word, room.merging.symbols);
  merge_all(merges_, room.merging);
  ids.insert(ids.end(), room.merging.symbols.begin(), room.merging.symbols.end());
}

KRAIT_INLINE void merge_model::append_word(std::string_view word, work_room& room,
                                           std::vector<std::int32_t>& ids) const {
  if (word.size() > word_cache::longest) return encode(word, room, ids);
  const std::uint64_t hash = word_cache::hash(word);
  if (room.cache.find(word, hash, ids)) return;
  const std::size_t before = ids.size();
  encode(word, room, ids);
  room.cache.insert(word, hash, std::span(ids).subspan(before));
}

KRAIT_INLINE void merge_model::append(std::string_view word, work_room& room, std::vector<std::int32_t>& ids) const {
  if (word.empty()) return;
  if (breaks_.empty()) return append_word(word, room, ids);
  std::size_t from = 0;
  for (std::size_t at = 0; (at = word.find(space_mark, at + 1)) != word.npos;) {
    std::size_t before = at - 1;
    while (utf8::is_tail(word[before])) --before;
    const char* p = word.data() + before;
    if (!breaks_[next_point(p)]) continue;
    append_word(word.substr(from, at - from), room, ids);
    from = at;
  }
  append_word(word.substr(from), room, ids);
}

}  // namespace krait::tokenizer::detail
