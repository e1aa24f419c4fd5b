// krait/data/gsm8k.hpp: word problems of arithmetic with their solutions in prose. Cobbe et al. 2021
// (arXiv:2110.14168), https://github.com/openai/grade-school-math (MIT).
#pragma once
#include <krait/data/json_lines.hpp>
#include <krait/data/text_source.hpp>
#include <utility>

namespace krait::data {

struct gsm8k_config {
  bool annotations = false;  // the calculator's "<<48/2=24>>" within the solutions
};

/// A text source: problem, line end, solution. math/gsm8k-train.jsonl of the folder, or there without math/.
template <gsm8k_config C = gsm8k_config{}> struct gsm8k {
  static constexpr std::string_view name = "mathematics";

  static std::vector<std::string> load(const std::filesystem::path& folder) {
    const auto file = detail::found_file({folder / "math/gsm8k-train.jsonl", folder / "gsm8k-train.jsonl"},
                                         "train.jsonl of https://github.com/openai/grade-school-math is such a file");
    std::vector<std::string> texts;
    for (auto& row : parse_json_lines(read_file(file), file.string(), {"question", "answer"}))
      texts.push_back(row[0] + '\n' + (C.annotations ? row[1] : without_annotations(row[1])));
    return texts;
  }
  static std::string without_annotations(std::string_view solution) {
    std::string plain;
    for (std::size_t start; (start = solution.find("<<")) != solution.npos;) {
      const std::size_t end = solution.find(">>", start);
      if (end == solution.npos) break;
      plain += solution.substr(0, start);
      solution.remove_prefix(end + 2);
    }
    return plain.append(solution);
  }
};
static_assert(text_source<gsm8k<>>);

}  // namespace krait::data
