// study_data.hpp: the noise study's own files, where KRAIT_DATA points to them (noise-study/).
#pragma once
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <krait/core/utf8.hpp>
#include <krait/data/csv.hpp>
#include <krait/data/question_answer_csv.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace study {

inline std::filesystem::path folder() {
  const char* data = std::getenv("KRAIT_DATA");
  return std::filesystem::path(data ? data : "") / "noise-study";
}

/// A precondition: without the data a test is skipped and says so.
inline boost::test_tools::assertion_result present(boost::unit_test::test_unit_id test) {
  if (std::filesystem::exists(folder() / "D_test.csv")) return true;
  std::cout << "skipped: " << boost::unit_test::framework::get(test, boost::unit_test::TUT_ANY).full_name()
            << " needs KRAIT_DATA with noise-study/ in it\n";
  return false;
}

inline std::vector<krait::data::question_answer> pairs(const std::string& file) {
  return krait::data::question_answer_columns(krait::data::read_csv(folder() / file), "question", "answer");
}

/// The true answer of each test question.
inline std::map<std::string, std::string> truths() {
  std::map<std::string, std::string> answer_to;
  for (const auto& each : pairs("D_test.csv")) answer_to.emplace(each.question, each.answer);
  return answer_to;
}

/// The noised answers that a file of five-shot prompts holds, each with its clean truth.
inline std::vector<std::pair<std::string, std::string>> shots(const std::string& file) {
  const auto answer_to = truths();
  std::vector<std::pair<std::string, std::string>> found;
  for (const auto& prompt : pairs(file)) {
    std::string_view rest = prompt.question;
    const std::string_view before = "Question: ", between = "\nAnswer: ";
    for (auto at = rest.find(before); at != rest.npos; at = rest.find(before)) {
      rest.remove_prefix(at + before.size());
      const auto middle = rest.find(between);
      const std::string question{rest.substr(0, middle)};
      rest.remove_prefix(middle + between.size());
      const auto end = rest.find('\n');
      if (end == rest.npos) break;  // the question that is asked
      found.emplace_back(krait::utf8::strip(rest.substr(0, end)), answer_to.at(question));
    }
  }
  return found;
}

}  // namespace study
