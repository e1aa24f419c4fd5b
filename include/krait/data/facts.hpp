// krait/data/facts.hpp: the facts that come with krait: CSV tables (countries, elements, animals, ...) whose rows are
// put into the sentences of templates.csv. Needs no download, and each word of an answer is true.
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/data/csv.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/select.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

namespace krait::data {

struct facts_config {
  int count = 256;   // pairs; 0: all
  int longest = 38;  // bytes of question and answer together; 0: any
};

namespace detail {

/// `Capital of {country}?` over the columns of a table; `{Country}` is the value with a capital first letter.
class sentence {
 public:
  /// place: of the sentence, "templates.csv, line 7".
  sentence(std::string_view text, const csv_table& table, const std::string& place) {
    while (!text.empty()) {
      const std::size_t open = text.find('{');
      const std::string_view plain = text.substr(0, open);
      text.remove_prefix(plain.size());
      if (text.empty()) {
        pieces.push_back({std::string(plain), {}, false});
        break;
      }
      const std::size_t close = text.find('}');
      if (close == std::string_view::npos || close == 1)
        throw data_error(place + ": '" + std::string(text) + "' has no column name in its braces; write {column}.");
      const std::string_view name = text.substr(1, close - 1);
      pieces.push_back({std::string(plain), column(name, table, place), 'A' <= name[0] && name[0] <= 'Z'});
      text.remove_prefix(close + 1);
    }
  }

  /// Nothing if a field it needs is empty: the table leaves out what is disputed or changes.
  std::optional<std::string> fill(const std::vector<std::string>& row) const {
    std::string text;
    for (const piece& p : pieces) {
      text += p.before;
      if (!p.column) continue;
      std::string value = row[*p.column];
      if (value.empty()) return std::nullopt;
      if (p.capital && 'a' <= value[0] && value[0] <= 'z') value[0] = static_cast<char>(value[0] - 'a' + 'A');
      text += value;
    }
    return text;
  }

 private:
  /// The mistake may be the sentence's as well as the table's: both are named.
  static std::size_t column(std::string_view name, const csv_table& table, const std::string& place) try {
    return table.column(name);
  } catch (const data_error& e) {
    throw data_error(place + ": " + e.what());
  }
  struct piece {
    std::string before;
    std::optional<std::size_t> column;
    bool capital;
  };
  std::vector<piece> pieces;
};

/// The table that a row of sentences is about, read once.
inline const csv_table& table_of(std::map<std::string, csv_table>& tables, const std::filesystem::path& folder,
                                 const std::string& name, const std::string& place) try {
  const auto found = tables.find(name);
  return found == tables.end() ? tables.emplace(name, read_csv(folder / (name + ".csv"))).first->second : found->second;
} catch (const file_error& e) {
  throw file_error(place + ": " + e.what());
}

}  // namespace detail

/// Folder with a file of sentences (templates.csv or statements.csv) and its tables: data_dir or its `facts` folder if
/// a data_dir is given; else the environment variable KRAIT_FACTS, else the compile definition KRAIT_FACTS_DIR, else
/// `examples/data` from here. Throws file_error.
inline std::filesystem::path facts_folder(const std::filesystem::path& data_dir = {},
                                          const char* sentences = "templates.csv") {
  std::vector<std::filesystem::path> places;
  const auto set = [](const char* variable) { return variable != nullptr && *variable != '\0'; };
  const char *named = std::getenv("KRAIT_FACTS"), *shared = std::getenv("KRAIT_DATA");
  if (!data_dir.empty()) places = {data_dir, data_dir / "facts"};
  // KRAIT_DATA is for all studies: without facts in it those that come with krait are meant.
  if (data_dir.empty() || (set(shared) && data_dir == shared)) {
    if (set(named)) {
      places.emplace_back(named);
    } else {
#ifdef KRAIT_FACTS_DIR
      places.emplace_back(KRAIT_FACTS_DIR);
#endif
      places.emplace_back("examples/data");
    }
  }
  std::error_code unreadable;  // counts as not there
  for (const auto& place : places)
    if (std::filesystem::exists(place / sentences, unreadable)) return place;
  throw file_error((places.front() / sentences).string() + " is missing; " +
                   (data_dir.empty() ? "let KRAIT_FACTS name the folder examples/data of krait."
                                     : "give no data folder for the facts that come with krait."));
}

/// Every fact of a folder, template by template (rows in the order of their table). A pair's kind is its table and its
/// question's template, "countries: What is the capital of {country}?".
/// Throws file_error, and data_error if a table is broken or a question is asked twice.
inline std::vector<std::vector<question_answer>> facts_by_template(const std::filesystem::path& folder) {
  const csv_table templates = read_csv(folder / "templates.csv");
  const std::size_t table_column = templates.column("table"), question_column = templates.column("question"),
                    answer_column = templates.column("answer");
  std::map<std::string, csv_table> tables;
  std::unordered_set<std::string> asked;
  std::vector<std::vector<question_answer>> facts;
  for (const auto& line : templates.rows) {
    const std::string &name = line[table_column], place = templates.place(line);
    const csv_table& table = detail::table_of(tables, folder, name, place);
    const detail::sentence question(line[question_column], table, place), answer(line[answer_column], table, place);
    auto& pairs = facts.emplace_back();
    for (const auto& row : table.rows) {
      auto q = question.fill(row), a = answer.fill(row);
      if (!q || !a) continue;
      if (!asked.insert(*q).second)
        throw data_error(place + " asks '" + *q + "' twice; each question may have one answer only.");
      pairs.push_back({std::move(*q), std::move(*a), {}, name + ": " + line[question_column]});
    }
  }
  return facts;
}

/// Takes `count` pairs (0: all) in turn from the groups, so that each has about the same share of them and of any first
/// part of them; within a group evenly spaced, and shifted from group to group so that they speak of different things.
/// Throws data_error if there are fewer pairs.
template <std::derived_from<question_answer> Pair = question_answer>
std::vector<Pair> balanced(std::vector<std::vector<Pair>> groups, int count, int longest, std::string_view name) {
  std::size_t total = 0;
  for (auto& group : groups) total += (group = no_longer_than(std::move(group), longest)).size();
  detail::require_enough(total, count, longest, name);
  const std::size_t wanted = count > 0 ? static_cast<std::size_t>(count) : total;
  std::vector<std::size_t> share(groups.size(), 0);
  for (std::size_t given = 0; given < wanted;)
    for (std::size_t g = 0; g < groups.size() && given < wanted; ++g)
      if (share[g] < groups[g].size()) ++share[g], ++given;

  std::vector<Pair> chosen;
  for (std::size_t turn = 0; chosen.size() < wanted; ++turn)
    for (std::size_t g = 0; g < groups.size(); ++g)
      if (turn < share[g])
        chosen.push_back(std::move(groups[g][(turn * groups[g].size() / share[g] + g) % groups[g].size()]));
  return chosen;
}

/// A data policy: the built-in facts, or those of a folder of the same form. The same pairs in the same order each
/// time.
template <facts_config C = facts_config{}> struct facts {
  static_assert(C.count >= 0 && C.longest >= 0, "facts: count and longest must not be negative (0: no bound)");
  static constexpr std::string_view name = "facts";
  static std::vector<question_answer> load(const std::filesystem::path& data_dir = {}) {
    return balanced(facts_by_template(facts_folder(data_dir)), C.count, C.longest, name);
  }
};

}  // namespace krait::data
