// krait/metric/edit_distance.hpp: how many insertions, deletions and substitutions make one sequence of the other.
// Levenshtein 1966, "Binary codes capable of correcting deletions, insertions, and reversals".
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <numeric>
#include <string_view>
#include <vector>

namespace krait::metric {

/// Of two sequences with random access (tokens, words, letters), in time |a| |b|.
template <class A, class B> long edit_distance(const A& a, const B& b) {
  const auto size = static_cast<std::size_t>(std::size(b));
  std::vector<long> row(size + 1);  // from the first i elements of a to the first j of b
  std::iota(row.begin(), row.end(), 0);
  for (const auto& element : a) {
    long diagonal = row[0]++;
    for (std::size_t j = 1; j <= size; ++j) {
      const long substituted = diagonal + (element != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

/// Character error rate: edits between answers and truths by the code points of the truths. 0 is a perfect copy; above
/// 1 for answers longer than their truths. No letters give 0.
struct character_error {
  static constexpr std::string_view name = "character_error";
  void add(std::string_view answer, std::string_view truth) {
    const auto wanted = utf8::code_points(truth);
    edits += edit_distance(utf8::code_points(answer), wanted);
    letters += static_cast<long>(wanted.size());
  }
  void merge(const character_error& other) {
    edits += other.edits;
    letters += other.letters;
  }
  double value() const { return letters ? static_cast<double>(edits) / static_cast<double>(letters) : 0; }

  long edits = 0, letters = 0;
};
static_assert(text_metric<character_error>);

}  // namespace krait::metric
