// krait/experiment/answer_letters.hpp: which letter an answer's own part begins with, behind what all answers of its
// kind begin with: of "The capital is Lima." the L.
#pragma once
#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <krait/core/utf8.hpp>
#include <krait/data/question_answer.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

/// For each pair the bytes, whole code points, that its answer has in common with all others of its kind at the
/// beginning; all of it where it is the only one.
inline std::vector<std::size_t> common_beginnings(const std::vector<data::question_answer>& pairs) {
  std::map<std::string_view, std::string_view> shared;
  for (const auto& pair : pairs) {
    const std::string_view answer = pair.answer;
    const auto [found, fresh] = shared.try_emplace(pair.kind, answer);
    if (fresh) continue;
    std::string_view& common = found->second;
    std::size_t size = 0;
    while (size < common.size() && size < answer.size()) {
      const std::size_t point = utf8::length(common, size);
      if (common.substr(size, point) != answer.substr(size, utf8::length(answer, size))) break;
      size += point;
    }
    common = common.substr(0, size);
  }
  std::vector<std::size_t> all;
  for (const auto& pair : pairs) all.push_back(shared.at(pair.kind).size());
  return all;
}

/// For each pair its letter: the bytes of a code point as one number; 0 where nothing is left.
inline std::vector<std::int32_t> answer_letters(const std::vector<data::question_answer>& pairs) {
  const auto common = common_beginnings(pairs);
  std::vector<std::int32_t> all;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const std::string_view answer = pairs[i].answer;
    std::int32_t letter = 0;
    if (common[i] < answer.size())
      for (const char byte : answer.substr(common[i], std::min<std::size_t>(3, utf8::length(answer, common[i]))))
        letter = letter * 256 + static_cast<unsigned char>(byte);
    all.push_back(letter);
  }
  return all;
}

/// For each pair whether a word of its question that not all questions of its kind have begins with its letter, small
/// or capital: the answer can then be guessed from the question's spelling ("helium": "He").
inline std::vector<char> letter_stands_in_question(const std::vector<data::question_answer>& pairs) {
  std::map<std::string_view, std::map<std::string_view, std::size_t>> word_counts;
  std::map<std::string_view, std::size_t> sizes;
  for (const auto& pair : pairs) {
    ++sizes[pair.kind];
    auto words = utf8::words(pair.question);
    std::ranges::sort(words);
    words.erase(std::unique(words.begin(), words.end()), words.end());
    for (const auto word : words) ++word_counts[pair.kind][word];
  }
  const auto letters = answer_letters(pairs);
  const auto small = [](std::int32_t letter) { return letter < 128 ? std::tolower(letter) : letter; };
  std::vector<char> all;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    all.push_back(std::ranges::any_of(utf8::words(pairs[i].question), [&](std::string_view word) {
      return word_counts[pairs[i].kind][word] < sizes[pairs[i].kind] &&
             small(static_cast<unsigned char>(word.front())) == small(letters[i]);
    }));
  return all;
}

}  // namespace krait::experiment
