// krait/tokenizer/split.hpp: the regular expressions by which tokenizers cut text into words, each written out as one
// pass over UTF-8. They give what a backtracking engine gives, at a few nanoseconds a character and in constant memory.
#pragma once
#include <cstdint>
#include <krait/tokenizer/unicode.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <string_view>

namespace krait::tokenizer::detail {

inline constexpr std::string_view gpt2_regex =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view qwen_regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
inline constexpr std::string_view llama3_regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// The end of the word that begins at p < end.
class word_scanner {
 public:
  explicit word_scanner(const char* end) : end_(end) {}

  const char* gpt2(const char* p) const {
    if (const char* q = contraction<false>(p)) return q;
    const char* body = p + (*p == ' ');
    if (body < end_)
      if (const std::uint8_t kind = kind_at(body); kind != space) return run(body, kind);
    return blanks(p);
  }

  /// Up to `digits` numbers are a word.
  const char* qwen(const char* p, int digits) const {
    if (const char* q = contraction<true>(p)) return q;
    const std::uint8_t kind = kind_at(p);
    if (kind == letter) return run(p, letter);
    if (kind == number) {
      for (int i = 0; i < digits && p < end_ && kind_at(p) == number; ++i) next_point(p);
      return p;
    }
    if (*p != '\r' && *p != '\n') {
      const char* q = p;
      next_point(q);
      if (q < end_ && kind_at(q) == letter) return run(q, letter);
    }
    const char* body = p + (*p == ' ');
    if (body < end_ && kind_at(body) == 0) {
      body = run(body, 0);
      while (body < end_ && (*body == '\r' || *body == '\n')) ++body;
      return body;
    }
    const char* stop = run(p, space);
    for (const char* q = stop; q > p; --q)
      if (q[-1] == '\r' || q[-1] == '\n') return q;
    return blanks(p);
  }

  /// The end of the longest run of one kind (letter, number, space, or 0 for the rest) from p.
  const char* run(const char* p, std::uint8_t kind) const {
    while (p < end_) {
      if (static_cast<unsigned char>(*p) < 0x80) {
        if ((table_[static_cast<unsigned char>(*p)] & kind_bits) != kind) return p;
        ++p;
      } else {
        const char* q = p;
        if ((table_[next_point(q)] & kind_bits) != kind) return p;
        p = q;
      }
    }
    return p;
  }

 private:
  std::uint8_t kind_at(const char* p) const { return table_[next_point(p)] & kind_bits; }

  /// \s+(?!\S)|\s+: all blanks at the end of the text; else all but the last, which goes with the next word.
  const char* blanks(const char* p) const {
    const char* last = p;
    const char* q = p;
    while (q < end_ && kind_at(q) == space) {
      last = q;
      next_point(q);
    }
    return q == end_ || last == p ? q : last;
  }

  /// After 's, 't, 're, 've, 'm, 'll, 'd; nothing where there is none. In any case, the long s (U+017F) is an s too.
  template <bool AnyCase> const char* contraction(const char* p) const {
    if (*p != '\'') return nullptr;
    const auto at = [&](int i) -> char {
      if (end_ - p <= i) return 0;
      return AnyCase && p[i] >= 'A' && p[i] <= 'Z' ? static_cast<char>(p[i] | 0x20) : p[i];
    };
    switch (at(1)) {
      case 's':
      case 't':
      case 'm':
      case 'd':
        return p + 2;
      case 'r':
      case 'v':
        return at(2) == 'e' ? p + 3 : nullptr;
      case 'l':
        return at(2) == 'l' ? p + 3 : nullptr;
      case '\xC5':
        return AnyCase && at(2) == '\xBF' ? p + 3 : nullptr;
      default:
        return nullptr;
    }
  }

  const char* end_;
  const std::uint8_t* table_ = character_table();
};

}  // namespace krait::tokenizer::detail
