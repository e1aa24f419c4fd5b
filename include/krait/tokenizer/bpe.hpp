// krait/tokenizer/bpe.hpp: a tokenizer.json as the tokenizer of a study (data/tokenizer.hpp).
#pragma once
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/data/tokenizer.hpp>
#include <krait/tokenizer/pipeline.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer {

/// Which tokens of a file are the special ones of a study. Empty: the first of those that are usual (role_names) which
/// the file has; else an id of the model's that the file leaves free.
struct roles {
  std::string pad, begin, end, separator;
};

/// The four ids, all different but that `pad` and `begin` may be `end`. Throws data_error where a name is not in the
/// file, or where no id is free below `vocabulary` for one that has no name.
struct role_ids {
  std::int32_t pad, begin, end, separator;
};
role_ids find_roles(const pipeline& tokens, const roles& names, int vocabulary);

/// Throws data_error where the file has an id that a model of `vocabulary` tokens has not.
void check_vocabulary(const pipeline& tokens, int vocabulary);

/// Vocabulary: that of the model, which may be larger than the file's (50,280 of Mamba, 151,936 of Qwen1.5).
template <int Vocabulary> class bpe {
 public:
  static constexpr int vocabulary = Vocabulary;
  std::int32_t pad, begin, end, separator;

  explicit bpe(pipeline tokens, const roles& names = {}) : tokens_(std::move(tokens)) {
    check_vocabulary(tokens_, Vocabulary);
    const role_ids ids = find_roles(tokens_, names, Vocabulary);
    pad = ids.pad, begin = ids.begin, end = ids.end, separator = ids.separator;
  }
  /// Throws as pipeline::read and find_roles do.
  static bpe read(const std::filesystem::path& file, const roles& names = {}) {
    return bpe(pipeline::read(file), names);
  }

  /// Throws data_error where the text is no UTF-8, or holds a special token of the study as text.
  void append(std::string_view text, std::vector<std::int32_t>& ids) const {
    const std::size_t before = ids.size();
    tokens_.append(text, ids);
    for (const std::int32_t id : std::span(ids).subspan(before))
      if (special(id))
        throw data_error("The special token " + std::string(tokens_.token(id).value_or("")) +
                         " stands in a text; remove it.");
  }
  /// Text up to the first `end`; bytes that are no UTF-8 are kept. Special tokens elsewhere, and ids that the file has
  /// not, become U+FFFD: such an answer equals no true one. Throws data_error for an id out of the vocabulary.
  std::string decode(std::span<const std::int32_t> ids) const {
    std::string text;
    std::size_t from = 0, at = 0;
    const auto flush = [&] { text += tokens_.decode(ids.subspan(from, at - from), false, broken::keep); };
    for (; at < ids.size() && ids[at] != end; ++at) {
      if (ids[at] < 0 || ids[at] >= Vocabulary)
        throw data_error("The token id " + std::to_string(ids[at]) + " is not in the vocabulary of " +
                         std::to_string(Vocabulary) + " tokens; ids begin with 0.");
      if (!special(ids[at]) && tokens_.token(ids[at])) continue;
      flush();
      text += "\xEF\xBF\xBD";
      from = at + 1;
    }
    flush();
    return text;
  }
  const pipeline& tokens() const { return tokens_; }

 private:
  bool special(std::int32_t id) const { return id == pad || id == begin || id == end || id == separator; }
  pipeline tokens_;
};

}  // namespace krait::tokenizer

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/bpe_impl.hpp>
#endif
