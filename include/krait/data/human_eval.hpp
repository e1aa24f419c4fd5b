// krait/data/human_eval.hpp: Python functions with their descriptions. Chen et al. 2021 (arXiv:2107.03374),
// https://github.com/openai/human-eval (MIT).
#pragma once
#include <krait/data/json_lines.hpp>
#include <krait/data/text_source.hpp>

namespace krait::data {

/// A text source: head and docstring, then the solution. code/HumanEval.jsonl of the folder, or there without code/.
struct human_eval {
  static constexpr std::string_view name = "code";

  static std::vector<std::string> load(const std::filesystem::path& folder) {
    const auto file = detail::found_file({folder / "code/HumanEval.jsonl", folder / "HumanEval.jsonl"},
                                         "HumanEval.jsonl.gz of https://github.com/openai/human-eval is such a file");
    std::vector<std::string> texts;
    for (auto& row : parse_json_lines(read_file(file), file.string(), {"prompt", "canonical_solution"}))
      texts.push_back(row[0] + row[1]);
    return texts;
  }
};
static_assert(text_source<human_eval>);

}  // namespace krait::data
