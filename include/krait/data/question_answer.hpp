// krait/data/question_answer.hpp: the unit of the text studies: a question and the answer that should be learnt.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace krait::data {

/// UTF-8 text, without prompt words and without special tokens.
struct question_answer {
  std::string question, answer;
  std::vector<std::string> others = {};  // further right answers, for metrics: nothing is trained on them
  std::string kind = {};  // what is asked for, alike in pairs whose answers could be confused; may be empty
  /// Bytes of question and answer, which is what a byte-level model sees of them.
  std::size_t bytes() const { return question.size() + answer.size(); }
  /// Same texts; the kind tells where they come from, and is no part of them.
  bool operator==(const question_answer& other) const {
    return question == other.question && answer == other.answer && others == other.others;
  }
};

}  // namespace krait::data
