// krait/experiment/shown_examples.hpp: a question behind examples of others with their answers, as prompts that show
// what is wanted have them.
#pragma once
#include <algorithm>
#include <cstddef>
#include <krait/core/random.hpp>
#include <krait/data/question_answer.hpp>
#include <span>
#include <string>
#include <vector>

namespace krait::experiment {

/// `count` different members of the pool, none of them `but`, in a random order; fewer where it has no more.
inline std::vector<std::size_t> drawn_examples(std::span<const std::size_t> pool, std::size_t count, std::size_t but,
                                               draw at) {
  std::vector<std::size_t> order(pool.begin(), pool.end());
  std::erase(order, but);
  std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(bits(at.within(i)), i); });
  order.resize(std::min(order.size(), count));
  return order;
}

/// The pair asked behind the others: each of them, and it, on lines of their own. Its answers are those of the pair.
inline data::question_answer behind_examples(const data::question_answer& asked,
                                             std::span<const data::question_answer> examples) {
  data::question_answer whole = asked;
  whole.question.clear();
  for (const auto& one : examples) whole.question += one.question + "\n" + one.answer + "\n";
  whole.question += asked.question;
  return whole;
}

/// Some pairs of a set.
inline std::vector<data::question_answer> at_places(const std::vector<data::question_answer>& all,
                                                    std::span<const std::size_t> places) {
  std::vector<data::question_answer> some;
  for (const std::size_t i : places) some.push_back(all[i]);
  return some;
}

}  // namespace krait::experiment
