// krait/tokenizer/pipeline.hpp: a tokenizer as a Hugging Face tokenizer.json describes it: normalise, split, merge, put
// special tokens around, and back. Ids are those of `tokenizers` 0.23 (Tokenizer.from_file).
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/tokenizer/added_tokens.hpp>
#include <krait/tokenizer/utf8.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer {

/// Cheap to copy; may be used by several threads at a time.
///
/// Understood are models of type BPE (byte level, byte fallback, unk_token, fuse_unk, ignore_merges, prefix and suffix,
/// merges as strings or pairs); normalizers NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend, Replace; pre-tokenizers
/// ByteLevel, Split, Metaspace, Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit; post-processors
/// TemplateProcessing, ByteLevel, RobertaProcessing, BertProcessing; decoders ByteLevel, ByteFallback, Fuse, Replace,
/// Strip, Metaspace, BPEDecoder; Sequences of all of them. Anything else in a file is named in the error.
class pipeline {
 public:
  /// From a file (also .xz). Throws file_error where it cannot be read, data_error where it is not understood.
  static pipeline read(const std::filesystem::path& file);
  /// From the text of such a file; `origin` names it in errors.
  static pipeline parse(std::string_view json, const std::string& origin = "tokenizer.json");

  /// Adds the ids of a text, nothing put around them. Added tokens that stand in it are found. Throws data_error where
  /// it is not UTF-8.
  void append(std::string_view text, std::vector<std::int32_t>& ids) const;
  /// The ids of a text with what the post-processor puts around it, unless `special` is false.
  std::vector<std::int32_t> encode(std::string_view text, bool special = true) const;
  /// The text of some ids; ids that no token has are left out.
  std::string decode(std::span<const std::int32_t> ids, bool skip_special = true, broken bytes = broken::replace) const;

  std::optional<std::int32_t> id(std::string_view token) const;
  /// A token as the file writes it.
  std::optional<std::string_view> token(std::int32_t id) const;
  bool special(std::int32_t id) const;
  /// One more than the largest id.
  std::int32_t bound() const;
  const std::vector<added_token>& added() const;
  const std::string& origin() const;

  struct parts;  // pipeline_impl.hpp

 private:
  explicit pipeline(std::shared_ptr<parts> p) : parts_(std::move(p)) {}
  std::shared_ptr<parts> parts_;
};

}  // namespace krait::tokenizer

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/pipeline_impl.hpp>
#endif
