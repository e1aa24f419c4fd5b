// krait/data/encode.hpp: a question and its answer as the ids of one training prompt, and where the loss counts.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/data/byte_tokenizer.hpp>
#include <krait/data/question_answer.hpp>
#include <string_view>
#include <vector>

namespace krait::data {

/// ids (length): [begin] question [separator] answer [end].
/// mask (length): 1 where the next id is a byte of the answer or [end]; 0 elsewhere, so also at the last position.
struct encoded_pair {
  std::vector<std::int32_t> ids;
  std::vector<float> mask;
  std::size_t length() const { return ids.size(); }
};

/// Length of encode(): three special tokens more than the texts have bytes.
inline std::size_t encoded_length(const question_answer& pair) { return pair.bytes() + 3; }

/// [begin] question [separator]: what a model is given when it is to answer. Throws data_error (special bytes).
inline std::vector<std::int32_t> encode_question(std::string_view question) {
  std::vector<std::int32_t> ids{byte_tokenizer::begin};
  byte_tokenizer::append(question, ids);
  ids.push_back(byte_tokenizer::separator);
  return ids;
}

/// Throws data_error if a text holds a special byte.
inline encoded_pair encode(std::string_view question, std::string_view answer) {
  encoded_pair pair{encode_question(question), {}};
  const auto separator = static_cast<std::ptrdiff_t>(pair.ids.size()) - 1;
  byte_tokenizer::append(answer, pair.ids);
  pair.ids.push_back(byte_tokenizer::end);
  pair.mask.assign(pair.ids.size(), 0.0f);
  std::fill(pair.mask.begin() + separator, pair.mask.end() - 1, 1.0f);
  return pair;
}

inline encoded_pair encode(const question_answer& pair) { return encode(pair.question, pair.answer); }

}  // namespace krait::data
