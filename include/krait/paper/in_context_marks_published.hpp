// krait/paper/in_context_marks_published.hpp: the marks of Park et al. 2024 (arXiv:2402.04248), table 1.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::paper {

/// What the paper says of a model on a task: it fails, it learns but stays behind others, or it is as good as they are.
enum class mark { fail, gap, ok };
inline std::string word(mark m) { return m == mark::ok ? "ok" : m == mark::gap ? "gap" : "fail"; }

/// A row of the table.
struct published_marks {
  static constexpr const char* source = "arXiv:2402.04248, table 1";
  using models = std::vector<std::pair<std::string, mark>>;

  std::string_view task;  // by the name of krait's task
  mark transformer, mamba, mambaformer;

  /// Under the names that models have on the page.
  models by_model() const { return {{"transformer", transformer}, {"mamba", mamba}, {"mambaformer", mambaformer}}; }
  /// Null: nobody marked this task.
  static const published_marks* of(std::string_view task);
};

inline constexpr published_marks table_of_marks[] = {
    {"linear_regression", mark::ok, mark::ok, mark::ok},
    {"sparse_linear_regression", mark::ok, mark::ok, mark::ok},
    {"relu_network", mark::ok, mark::ok, mark::ok},
    {"decision_tree", mark::ok, mark::gap, mark::ok},
    {"orthogonal_outliers", mark::ok, mark::gap, mark::ok},
    {"many_outliers", mark::gap, mark::ok, mark::ok},
    {"sparse_parity", mark::fail, mark::ok, mark::ok},
    {"chain_of_thought", mark::ok, mark::ok, mark::ok},
    {"mqar", mark::ok, mark::fail, mark::ok},
};

inline const published_marks* published_marks::of(std::string_view task) {
  for (const published_marks& one : table_of_marks)
    if (one.task == task) return &one;
  return nullptr;
}

}  // namespace krait::paper
