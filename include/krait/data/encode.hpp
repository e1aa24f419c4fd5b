// krait/data/encode.hpp: a question and its answer as the ids of one training prompt, and where the loss counts.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/data/question_answer.hpp>
#include <krait/data/tokenizer.hpp>
#include <string_view>
#include <vector>

namespace krait::data {

/// ids (length): [begin] question [separator] answer [end].
/// mask (length): 1 where the next id is of the answer or [end]; 0 elsewhere, so also at the last position.
struct encoded_pair {
  std::vector<std::int32_t> ids;
  std::vector<float> mask;
  std::size_t length() const { return ids.size(); }
};

/// Length of encode() in bytes: three special tokens more than the texts have bytes.
inline std::size_t encoded_length(const question_answer& pair) { return pair.bytes() + 3; }

/// [begin] question [separator]: what a model is given when it is to answer. Throws data_error as the tokenizer does.
template <tokenizer Tokenizer = byte_tokenizer>
std::vector<std::int32_t> encode_question(std::string_view question, const Tokenizer& tokens = {}) {
  std::vector<std::int32_t> ids{tokens.begin};
  tokens.append(question, ids);
  ids.push_back(tokens.separator);
  return ids;
}

/// Throws data_error as the tokenizer does: bytes, where a text holds a special byte.
template <tokenizer Tokenizer = byte_tokenizer>
encoded_pair encode(std::string_view question, std::string_view answer, const Tokenizer& tokens = {}) {
  encoded_pair pair{encode_question(question, tokens), {}};
  const auto separator = static_cast<std::ptrdiff_t>(pair.ids.size()) - 1;
  tokens.append(answer, pair.ids);
  pair.ids.push_back(tokens.end);
  pair.mask.assign(pair.ids.size(), 0.0f);
  std::fill(pair.mask.begin() + separator, pair.mask.end() - 1, 1.0f);
  return pair;
}

template <tokenizer Tokenizer = byte_tokenizer>
encoded_pair encode(const question_answer& pair, const Tokenizer& tokens = {}) {
  return encode(pair.question, pair.answer, tokens);
}

/// [begin] text [end], to be read as a whole: the loss counts at every position but the last. Throws data_error as the
/// tokenizer does.
template <tokenizer Tokenizer = byte_tokenizer>
encoded_pair encode_text(std::string_view text, const Tokenizer& tokens = {}) {
  encoded_pair whole{{tokens.begin}, {}};
  tokens.append(text, whole.ids);
  whole.ids.push_back(tokens.end);
  whole.mask.assign(whole.ids.size(), 1.0f);
  whole.mask.back() = 0;
  return whole;
}

}  // namespace krait::data
