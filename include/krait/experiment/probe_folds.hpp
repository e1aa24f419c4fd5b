// krait/experiment/probe_folds.hpp: pairs dealt into folds, so that a probe is asked about those that it was not fitted
// to.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/experiment/answer_letters.hpp>
#include <krait/experiment/phase_measures.hpp>
#include <krait/statistics/ridge_classifier.hpp>
#include <limits>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment::detail {

/// The pairs that a probe is asked about, dealt into folds.
class dealt_pairs {
 public:
  dealt_pairs(const std::vector<data::question_answer>& pairs, std::uint64_t seed, int folds) {
    const auto given_away = letter_stands_in_question(pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i)
      if (!given_away[i]) order_.push_back(i);
    std::ranges::sort(order_, {}, [&](std::size_t i) { return std::pair(bits({seed, stream("folds"), i}), i); });
    fold_.assign(pairs.size(), -1);
    for (std::size_t place = 0; place < order_.size(); ++place) fold_[order_[place]] = static_cast<int>(place) % folds;
  }
  /// In a shuffled order; the fold's own, or all others.
  std::vector<std::size_t> of(int fold, bool others) const {
    std::vector<std::size_t> some;
    for (const std::size_t i : order_)
      if ((fold_[i] == fold) != others) some.push_back(i);
    return some;
  }
  const std::vector<std::size_t>& all() const { return order_; }

 private:
  std::vector<std::size_t> order_;
  std::vector<int> fold_;
};

inline std::vector<float> some_rows(const held_rows& of, const std::vector<std::size_t>& which) {
  std::vector<float> rows;
  rows.reserve(which.size() * of.width);
  for (const std::size_t i : which)
    rows.insert(rows.end(), of.values.begin() + static_cast<std::ptrdiff_t>(i * of.width),
                of.values.begin() + static_cast<std::ptrdiff_t>((i + 1) * of.width));
  return rows;
}
/// A fold's probe: the clean letter is its first question, the others follow.
inline statistics::ridge_classifier fitted(const held_rows& to, const std::vector<std::size_t>& pairs,
                                           const std::vector<std::vector<std::int32_t>>& letters) {
  std::vector<std::vector<std::int32_t>> labels;
  for (const auto& of : letters) {
    auto& mine = labels.emplace_back();
    for (const std::size_t i : pairs) mine.push_back(of[i]);
  }
  return statistics::ridge_classifier(some_rows(to, pairs), to.width, labels);
}
/// Too few to fit anything to.
inline constexpr std::size_t least_rows = 8;

/// By question, whether each pair's letter was read right; NaN where the pair was not asked.
using right_letters = std::vector<by_text>;
inline void ask(const statistics::ridge_classifier& probe, const held_rows& of, const std::vector<std::size_t>& pairs,
                const std::vector<std::vector<std::int32_t>>& letters, right_letters& right) {
  const auto answers = probe.answers(some_rows(of, pairs));
  for (std::size_t q = 0; q < right.size(); ++q)
    for (std::size_t i = 0; i < pairs.size(); ++i) right[q][pairs[i]] = answers[q][i] == letters[q][pairs[i]];
}
inline right_letters nothing_asked(std::size_t questions, std::size_t pairs) {
  return right_letters(questions, by_text(pairs, std::numeric_limits<double>::quiet_NaN()));
}

/// Of each pair, whether the commonest letter of its kind in the other folds is right.
inline by_text commonest_right(const dealt_pairs& dealt, int folds, const std::vector<data::question_answer>& pairs,
                               const std::vector<std::int32_t>& letters) {
  by_text right(pairs.size(), std::numeric_limits<double>::quiet_NaN());
  for (int fold = 0; fold < folds; ++fold) {
    std::map<std::string_view, std::map<std::int32_t, int>> counts;
    for (const std::size_t i : dealt.of(fold, true)) ++counts[pairs[i].kind][letters[i]];
    for (const std::size_t i : dealt.of(fold, false)) {
      const auto& of = counts[pairs[i].kind];
      const auto most = std::ranges::max_element(of, {}, [](const auto& c) { return c.second; });
      right[i] = most != of.end() && most->first == letters[i];
    }
  }
  return right;
}

}  // namespace krait::experiment::detail
