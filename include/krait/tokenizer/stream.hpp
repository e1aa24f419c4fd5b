// krait/tokenizer/stream.hpp: text while a model writes it, never half a character.
#pragma once
#include <cstdint>
#include <krait/tokenizer/pipeline.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace krait::tokenizer {

/// What it gives, put together, is the text of all ids; bytes that cannot become a character are U+FFFD.
class text_stream {
 public:
  explicit text_stream(pipeline tokens, bool skip_special = true)
      : tokens_(std::move(tokens)), skip_special_(skip_special) {}

  /// The characters that are whole with this token; often one word, at times nothing.
  std::string add(std::int32_t id) {
    if (!tokens_.token(id) || (skip_special_ && tokens_.special(id))) return {};
    // A decoder may treat the first token otherwise (a space before it is not shown), so each is decoded behind
    // another.
    const std::int32_t two[] = {last_, id};
    const std::size_t known = last_ < 0 ? 0 : bytes(std::span(two).first(1)).size();
    bytes_ += bytes(std::span(two).subspan(last_ < 0)).substr(known);
    last_ = id;
    std::size_t whole = 0;
    while (whole < bytes_.size()) {
      const detail::utf8_piece next = detail::piece_at(bytes_, whole);
      if (next.cut) break;
      whole += next.length;
    }
    std::string text = detail::valid_text(std::string_view(bytes_).substr(0, whole));
    bytes_.erase(0, whole);
    return text;
  }
  /// What is left at the end: U+FFFD where a character was not finished.
  std::string finish() { return detail::valid_text(std::exchange(bytes_, {})); }

 private:
  std::string bytes(std::span<const std::int32_t> ids) const { return tokens_.decode(ids, false, broken::keep); }

  pipeline tokens_;
  bool skip_special_;
  std::int32_t last_ = -1;
  std::string bytes_;  // not yet given out
};

}  // namespace krait::tokenizer
