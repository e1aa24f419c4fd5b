// krait/data/audit.hpp: what is odd about a study's pairs: empty answers, questions with several answers, answers
// without a word. A study looks before it trains, and says in its report what it found.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/error.hpp>
#include <krait/core/unicode.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/question_answer.hpp>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace krait::data {

/// Pairs that can be trained on, and what was found.
struct audited {
  std::vector<question_answer> pairs;  // in their order, without those whose answer is empty
  long empty = 0;                      // pairs that were left out: their answer is nothing, or white space alone
  long repeated = 0;                   // pairs that stood there before, question and answer alike
  long ambiguous = 0;                  // questions with different answers
  long most_answers = 0;               // different ones of one question
  std::string most_ambiguous;          // that question; empty where no question is ambiguous
  long wordless = 0;                   // answers without a letter or a digit: they normalise to nothing
  std::size_t longest = 0;             // bytes of question and answer of the longest pair

  /// A sentence for each thing that is odd; none where nothing is.
  std::vector<std::string> notes() const {
    std::vector<std::string> said;
    const auto say = [&](long count, const char* one, const char* many, const std::string& rest) {
      if (count > 0) said.push_back(std::to_string(count) + " " + (count == 1 ? one : many) + rest);
    };
    say(empty, "pair was", "pairs were", " left out, for want of an answer.");
    say(repeated, "pair stands", "pairs stand", " in the data more than once.");
    say(ambiguous, "question has", "questions have",
        " several different answers, up to " + std::to_string(most_answers) + " ('" + most_ambiguous +
            "'); a model can give one of them.");
    say(wordless, "answer has", "answers have", " neither a letter nor a digit.");
    return said;
  }
};

/// Empty answers are left out and counted, whatever the data policy: a model that is trained on them learns to say
/// nothing. Everything else is counted only.
inline audited audit(std::vector<question_answer> pairs) {
  audited found;
  const std::size_t before = pairs.size();
  std::erase_if(pairs, [](const question_answer& pair) { return utf8::strip(pair.answer).empty(); });
  found.empty = static_cast<long>(before - pairs.size());
  std::unordered_map<std::string_view, std::set<std::string_view>> answers;
  for (const auto& pair : pairs) {
    found.repeated += !answers[pair.question].insert(pair.answer).second;
    found.wordless += std::ranges::none_of(utf8::code_points(pair.answer), utf8::is_word_letter);
    found.longest = std::max(found.longest, pair.bytes());
  }
  for (const auto& pair : pairs) {  // in the order of the file, so that the question that is named is the first
    const auto count = static_cast<long>(answers[pair.question].size());
    if (count > 1 && count > found.most_answers) found.most_answers = count, found.most_ambiguous = pair.question;
  }
  found.ambiguous = std::ranges::count_if(answers, [](const auto& one) { return one.second.size() > 1; });
  found.pairs = std::move(pairs);
  return found;
}

/// For studies that ask whether a model has learnt the one answer. Throws data_error where a question has several.
inline void require_one_answer(const audited& found, std::string_view name) {
  if (found.ambiguous > 0)
    throw data_error(std::string(name) + " has " + std::to_string(found.most_answers) + " different answers to '" +
                     found.most_ambiguous + "'; each question may have one answer only, so leave the others out.");
}

}  // namespace krait::data
