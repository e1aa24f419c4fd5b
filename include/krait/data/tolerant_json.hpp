// krait/data/tolerant_json.hpp: JSON as Python's json module writes it, with NaN and with halves of surrogate pairs,
// made into JSON of the same length that a strict parser reads, so that a field which nobody reads refuses no file.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace krait::data::detail {

/// A view of text where it is strict JSON in this respect, a copy where it is not. NaN and Infinity become 0, which is
/// no text; half a surrogate pair becomes U+FDD1, which Unicode keeps free, so that torn() knows it again.
class tolerant_json {
 public:
  explicit tolerant_json(std::string_view text) : original_(text) {
    bool quoted = false;
    char before = ':';  // the last character outside of strings that is no space
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (quoted && c == '\\') {
        i += escape(i);
      } else if (c == '"') {
        quoted = !quoted;
        before = c;
      } else if (!quoted) {
        const bool may_begin = before == ':' || before == '[' || before == ',' || before == '-';
        for (const std::string_view word : {"NaN", "Infinity"})
          if (c == word[0] && may_begin && text.substr(i).starts_with(word) && !(before == '-' && c == 'N')) {
            replace(i, "0" + std::string(word.size() - 1, ' '));
            i += word.size() - 1;
            break;
          }
        if (c != ' ' && c != '\n' && c != '\t' && c != '\r') before = c;
      }
    }
  }

  std::string_view text() const { return copy_ ? std::string_view(*copy_) : original_; }
  /// Whether a text of the parsed document held half a surrogate pair.
  bool torn(std::string_view parsed) const { return torn_ && parsed.find("\xEF\xB7\x91") != std::string_view::npos; }

 private:
  /// What \uXXXX at a place stands for; nothing where there is no such escape.
  std::optional<unsigned> code(std::size_t at) const {
    if (original_.size() < at + 6 || original_[at] != '\\' || original_[at + 1] != 'u') return std::nullopt;
    unsigned value = 0;
    for (const char c : original_.substr(at + 2, 4)) {
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return std::nullopt;
      value = value * 16 + static_cast<unsigned>(digit);
    }
    return value;
  }
  /// How many characters follow the backslash at a place.
  std::size_t escape(std::size_t at) {
    const auto here = code(at);
    if (!here) return 1;
    if (*here < 0xD800 || *here > 0xDFFF) return 5;
    const auto next = code(at + 6);
    if (*here <= 0xDBFF && next && *next >= 0xDC00 && *next <= 0xDFFF) return 11;
    replace(at, "\\ufdd1");
    torn_ = true;
    return 5;
  }
  void replace(std::size_t at, const std::string& by) {
    if (!copy_) copy_ = std::string(original_);
    copy_->replace(at, by.size(), by);
  }

  std::string_view original_;
  std::optional<std::string> copy_;
  bool torn_ = false;
};

}  // namespace krait::data::detail
