// krait/data/stated_facts.hpp: facts that are both stated and asked: statements.csv puts the rows of the fact tables
// into sentences to be read ("Peru is governed from its capital, Lima.") and into one question with its answer. A model
// can read the first and be asked the second, as a pretrained model is asked what it was never trained to answer.
#pragma once
#include <algorithm>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/data/facts.hpp>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace krait::data {

/// A question with its answer, of a kind ("capital"), and what states the same.
struct stated_fact : question_answer {
  std::vector<std::string> statements;
};

struct stated_facts_config {
  int count = 300;  // facts; 0: all
  int kinds = 0;    // the first so many kinds of the file; 0: all
  int longest = 0;  // bytes of question and answer together, and of each statement; 0: any
};

/// Every fact of a folder's statements.csv, kind by kind (kinds and rows in their order). A row of the file with an
/// answer is the question of its kind, the others state it; a fact lacks nothing that its sentences need.
/// Throws file_error, and data_error where a kind has no question or two, or no statement, or where a question is asked
/// twice.
inline std::vector<std::vector<stated_fact>> stated_by_kind(const std::filesystem::path& folder) {
  const csv_table forms = read_csv(folder / "statements.csv");
  const std::size_t kind_column = forms.column("kind"), table_column = forms.column("table"),
                    text_column = forms.column("text"), answer_column = forms.column("answer");
  std::vector<std::string> kinds;
  for (const auto& line : forms.rows)
    if (std::ranges::find(kinds, line[kind_column]) == kinds.end()) kinds.push_back(line[kind_column]);
  std::map<std::string, csv_table> tables;
  std::unordered_set<std::string> asked;
  std::vector<std::vector<stated_fact>> facts;
  for (const auto& kind : kinds) {
    std::vector<detail::sentence> question, answer, statements;
    const csv_table* table = nullptr;
    for (const auto& line : forms.rows) {
      if (line[kind_column] != kind) continue;
      const std::string place = forms.place(line);
      const csv_table& of = detail::table_of(tables, folder, line[table_column], place);
      if (table && table != &of)
        throw data_error(place + " takes '" + kind + "' from another table than the lines before; give each kind a " +
                         "table of its own.");
      table = &of;
      (line[answer_column].empty() ? statements : question).emplace_back(line[text_column], of, place);
      if (!line[answer_column].empty()) answer.emplace_back(line[answer_column], of, place);
    }
    if (question.size() != 1 || statements.empty())
      throw data_error(forms.origin + " has " + std::to_string(question.size()) + " questions and " +
                       std::to_string(statements.size()) + " statements of the kind '" + kind +
                       "'; give it one row with an answer, and one or more without.");
    auto& group = facts.emplace_back();
    for (const auto& row : table->rows) {
      auto q = question[0].fill(row), a = answer[0].fill(row);
      if (!q || !a) continue;
      stated_fact fact{{std::move(*q), std::move(*a), {}, kind}, {}};
      for (const auto& one : statements)
        if (auto text = one.fill(row)) fact.statements.push_back(std::move(*text));
      if (fact.statements.size() < statements.size()) continue;
      if (!asked.insert(fact.question).second)
        throw data_error(forms.origin + " asks '" + fact.question + "' twice; each question may have one answer only.");
      group.push_back(std::move(fact));
    }
  }
  return facts;
}

/// A data policy: facts that come with krait, or those of a folder of the same form, of all kinds alike. The same facts
/// in the same order each time.
template <stated_facts_config C = stated_facts_config{}> struct stated_facts {
  static_assert(C.count >= 0 && C.kinds >= 0 && C.longest >= 0,
                "stated_facts: count, kinds and longest must not be negative (0: no bound)");
  static constexpr std::string_view name = "stated facts";
  static std::vector<stated_fact> load(const std::filesystem::path& data_dir = {}) {
    auto groups = stated_by_kind(facts_folder(data_dir, "statements.csv"));
    if (C.kinds > 0 && groups.size() > static_cast<std::size_t>(C.kinds)) groups.resize(C.kinds);
    if (C.longest > 0)
      for (auto& group : groups)
        std::erase_if(group, [](const stated_fact& fact) {
          return std::ranges::any_of(fact.statements,
                                     [](const auto& s) { return s.size() > static_cast<std::size_t>(C.longest); });
        });
    return balanced(std::move(groups), C.count, C.longest, name);
  }
};

}  // namespace krait::data
