// krait/data/question_answer_csv.hpp: a CSV file with a column of questions and one of answers, as a data policy; among
// them the files of the noise study (arXiv:2407.00996): D_test has Question and Answer, D_GK input and output.
#pragma once
#include <cstddef>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/fixed_string.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/csv.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/select.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {

struct question_answer_csv_config {
  fixed_string<> file = {};      // within data_dir; its .xz is taken too
  fixed_string<> question = {};  // column; empty: question, or else input
  fixed_string<> answer = {};    // column; empty: answer, or else output
  int count = 0;                 // pairs, evenly spaced; 0: all
  int longest = 0;               // bytes of question and answer together; 0: any
};

/// Rows of two columns, texts as they are (empty ones too; see audit.hpp). Throws data_error if a column is missing,
/// stands there twice, or has nearly the usual name while another one would be taken in its place.
inline std::vector<question_answer> question_answer_columns(csv_table table, std::string_view question,
                                                            std::string_view answer) {
  const auto column = [&](std::string_view named, std::string_view usual, std::string_view other) {
    if (!named.empty()) return table.column(named);
    if (const auto found = table.find(usual)) return *found;
    const auto found = table.find(other);
    if (!found) return table.column(usual);
    if (const auto near = table.find_near(usual))
      throw data_error(table.origin + " has a column '" + detail::printable(table.header[*near]) + "' beside '" +
                       std::string(other) + "', and none called '" + std::string(usual) +
                       "'; rename it, or name the column that is meant in the study.");
    return *found;
  };
  const std::size_t q = column(question, "question", "input"), a = column(answer, "answer", "output");
  std::vector<question_answer> pairs;
  for (auto& row : table.rows) pairs.push_back({row[q], row[a]});
  return pairs;
}

/// A data policy: `question_answer_csv<question_answer_csv_config{.file = "noise-study/D_test.csv"}>`.
template <question_answer_csv_config C> struct question_answer_csv {
  static_assert(!C.file.empty(), "question_answer_csv: the config must name a file");
  static_assert(C.count >= 0 && C.longest >= 0,
                "question_answer_csv: count and longest must not be negative (0: no bound)");
  static constexpr question_answer_csv_config config = C;
  static constexpr std::string_view name = config.file.view();

  /// Throws file_error, data_error.
  static std::vector<question_answer> load(const std::filesystem::path& data_dir) {
    const auto file = find_packed_or_plain(data_dir / name);
    if (file.empty())
      throw file_error((data_dir / name).string() + "[.xz] is missing; let --data DIR name the folder that has it.");
    return select(question_answer_columns(read_csv(file), C.question.view(), C.answer.view()), C.count, C.longest,
                  name);
  }
};

}  // namespace krait::data
