// krait/tokenizer/regex.hpp: any other regular expression of a tokenizer.json, by ICU.
#pragma once
#include <cstddef>
#include <krait/core/config.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer::detail {

/// A part of a text, in bytes.
struct extent {
  std::size_t begin, end;
};

/// Cheap to copy; may be used by several threads.
class regex {
 public:
  /// Throws data_error where ICU cannot read the pattern.
  explicit regex(const std::string& pattern);
  /// All matches in valid UTF-8, from left to right. Throws data_error where ICU gives up, and never stops short.
  std::vector<extent> find(std::string_view text) const;

 private:
  struct compiled;
  std::shared_ptr<const compiled> compiled_;
};

}  // namespace krait::tokenizer::detail

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/regex_impl.hpp>
#endif
