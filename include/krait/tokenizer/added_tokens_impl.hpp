// krait/tokenizer/added_tokens_impl.hpp: definitions of added_tokens.hpp.
#pragma once
#include <algorithm>
#include <krait/core/utf8.hpp>
#include <krait/tokenizer/added_tokens.hpp>
#include <krait/tokenizer/unicode_impl.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <utility>

namespace krait::tokenizer::detail {

KRAIT_INLINE void token_finder::add(const added_token& token, std::string written) {
  if (written.empty()) return;
  const auto first = static_cast<unsigned char>(written[0]);
  if (written.size() == 1)
    for (std::size_t second = 0; second < 256; ++second) begins_.set(first * 256u + second);
  else
    begins_.set(first * 256u + static_cast<unsigned char>(written[1]));
  patterns_.push_back({std::move(written), token});
  auto& same = by_byte_[first];
  same.push_back(patterns_.size() - 1);
  std::ranges::stable_sort(same, std::greater<>{}, [&](std::size_t i) { return patterns_[i].written.size(); });
}

KRAIT_INLINE const token_finder::pattern* token_finder::at(std::string_view text, std::size_t place) const {
  const auto first = static_cast<unsigned char>(text[place]);
  if (place + 1 < text.size() && !begins_[first * 256u + static_cast<unsigned char>(text[place + 1])]) return nullptr;
  for (const std::size_t i : by_byte_[first])
    if (text.substr(place).starts_with(patterns_[i].written)) return &patterns_[i];
  return nullptr;
}

/// The place of the character before `place`, which is not 0.
inline const char* character_before(std::string_view text, std::size_t place) {
  do --place;
  while (utf8::is_tail(text[place]));
  return text.data() + place;
}

KRAIT_INLINE void token_finder::split(std::string_view text, std::vector<text_part>& parts) const {
  const auto is = [](const char* p, std::uint8_t bits) { return (character_table()[next_point(p)] & bits) != 0; };
  std::size_t from = 0;  // what is before stands in parts
  std::array<bool, 256> may_begin;
  for (std::size_t b = 0; b < 256; ++b) may_begin[b] = !by_byte_[b].empty();
  for (std::size_t place = 0; place < text.size();) {
    if (!may_begin[static_cast<unsigned char>(text[place])]) {
      ++place;
      continue;
    }
    const pattern* found = at(text, place);
    if (!found) {
      ++place;
      continue;
    }
    std::size_t begin = place, end = place + found->written.size();
    place = end;
    const added_token& token = found->token;
    if (token.single_word &&
        ((begin > 0 && is(character_before(text, begin), word)) || (end < text.size() && is(text.data() + end, word))))
      continue;
    if (token.lstrip) {
      while (begin > 0 && is(character_before(text, begin), space))
        begin = static_cast<std::size_t>(character_before(text, begin) - text.data());
      begin = std::max(begin, from);
    }
    // Blanks that are taken here can still begin the next token: the search goes on where this one was written to.
    if (token.rstrip)
      for (const char* p = text.data() + end; end < text.size() && is(p, space);
           end = static_cast<std::size_t>(p - text.data()))
        next_point(p);
    if (from < begin) parts.push_back({text.substr(from, begin - from), -1});
    parts.push_back({text.substr(begin, end - begin), token.id});
    from = end;
  }
  if (from < text.size()) parts.push_back({text.substr(from), -1});
}

}  // namespace krait::tokenizer::detail
