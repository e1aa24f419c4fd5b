// krait/noise/counterfactual_table.hpp: wrong answers out of a file, as the study (arXiv 2407.00996) has them in
// D_cfact_train.csv: its `input` is the question, its `output` a wrong answer by Mistral-7B.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/core/fixed_string.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/csv.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/question_answer_csv.hpp>
#include <krait/noise/noise.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace krait::noise {

struct counterfactual_table_config {
  fixed_string<> file = "noise-study/D_cfact_train.csv";  // within the folder of --data; its .xz is taken too
  fixed_string<> question = {};                           // column; empty: question, or else input
  fixed_string<> answer = {};                             // column; empty: answer, or else output
};

/// The file's answer for each question it has; the first, if it has several. A pair whose question it lacks stays clean
/// (of the study's 9,678 pairs 34 do). Needs krait::read_files before; throws data_error where it lacks every question.
template <counterfactual_table_config C = counterfactual_table_config{}> struct counterfactual_table {
  static_assert(!C.file.empty(), "counterfactual_table: the config must name a file");
  static constexpr std::string_view name = "counterfactual_table";

  /// Throws file_error, and data_error as data::question_answer_columns does.
  static void read(const std::filesystem::path& folder) {
    const auto file = data::find_packed_or_plain(folder / C.file.view());
    if (file.empty())
      throw file_error((folder / C.file.view()).string() +
                       "[.xz] is missing; let --data DIR name the folder that has it.");
    auto& answer_to = answers().emplace();
    for (auto& pair : data::question_answer_columns(data::read_csv(file), C.question.view(), C.answer.view()))
      answer_to.emplace(std::move(pair.question), std::move(pair.answer));
  }

  static std::vector<data::question_answer> apply(std::span<const data::question_answer> pairs, std::uint64_t) {
    if (!answers())
      throw data_error("counterfactual_table has no table yet; call krait::read_files<noises>(folder) before.");
    std::vector<data::question_answer> noisy(pairs.begin(), pairs.end());
    bool any = noisy.empty();
    for (auto& pair : noisy) {
      const auto found = answers()->find(pair.question);
      if (found == answers()->end()) continue;
      pair.answer = found->second;
      pair.others.clear();
      any = true;
    }
    if (!any)
      throw data_error("counterfactual_table: " + std::string(C.file.view()) +
                       " has none of the set's questions, say '" + noisy.front().question +
                       "'; give the data it was made for.");
    return noisy;
  }

 private:
  static std::optional<std::unordered_map<std::string, std::string>>& answers() {
    static std::optional<std::unordered_map<std::string, std::string>> all;
    return all;
  }
};
static_assert(set_noise<counterfactual_table<>>);

}  // namespace krait::noise
