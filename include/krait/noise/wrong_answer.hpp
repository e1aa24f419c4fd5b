// krait/noise/wrong_answer.hpp: which of a set's answers are wrong for one of its questions, and not only said
// otherwise.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/unicode.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/question_answer.hpp>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace krait::noise {

/// The words of a text in lower case, without punctuation, sorted; each as often as it stands there.
inline std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> found(1);
  const std::string small = utf8::lower(text);
  for (const std::string_view point : utf8::code_points(small)) {
    if (utf8::is_word_letter(point))
      found.back() += point;
    else if (!found.back().empty())
      found.emplace_back();
  }
  if (found.back().empty()) found.pop_back();
  std::ranges::sort(found);
  return found;
}

/// Whether two answers may say the same: all words of one are among those of the other ("Rome", "It is Rome."). Answers
/// without a word ("+") say the same if they are the same.
inline bool said_alike(std::string_view a, std::string_view b) {
  const auto one = words_of(a), other = words_of(b);
  if (one.empty() || other.empty()) return utf8::strip(a) == utf8::strip(b);
  return std::ranges::includes(one, other) || std::ranges::includes(other, one);
}

/// The right answers of every question of a set, which must outlive it.
class right_answers {
 public:
  explicit right_answers(std::span<const data::question_answer> pairs) : pairs_(pairs) {
    for (std::size_t i = 0; i < pairs.size(); ++i) askers_[pairs[i].question].push_back(i);
  }
  /// Whether this text is wrong for pair i: not said alike with its answer, its other right answers, or an answer that
  /// another pair has for the same question.
  bool wrong_for(std::size_t i, std::string_view text) const {
    return std::ranges::none_of(askers_.at(pairs_[i].question), [&](std::size_t same) {
      return said_alike(text, pairs_[same].answer) ||
             std::ranges::any_of(pairs_[same].others, [&](const auto& other) { return said_alike(text, other); });
    });
  }

 private:
  std::span<const data::question_answer> pairs_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> askers_;
};

}  // namespace krait::noise
