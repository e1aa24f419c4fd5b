// krait/noise/irrelevant.hpp: every question gets another question's answer. The study (arXiv 2407.00996) names
// "irrelevant content" without saying how it was made (D_irr_train is not public): answers shuffled across questions.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/wrong_answer.hpp>
#include <numeric>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::noise {

/// A random permutation of the answers, in which none is right for its new question (wrong_answer.hpp). Each answer is
/// used once; other right answers are gone. Throws data_error where there is no such permutation to be found.
struct irrelevant {
  static constexpr std::string_view name = "irrelevant";

  static std::vector<data::question_answer> apply(std::span<const data::question_answer> pairs, std::uint64_t seed) {
    const std::size_t n = pairs.size();
    std::vector<std::size_t> order(n), from(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(bits({seed, stream(name), i}), i); });
    for (std::size_t k = 0; k < n; ++k) from[order[k]] = order[(k + 1) % n];  // one ring: nobody keeps his own

    const right_answers right(pairs);
    const auto wrong = [&](std::size_t question, std::size_t answer) {
      return right.wrong_for(question, pairs[answer].answer);
    };
    for (std::size_t k = 0; k < n; ++k) {  // an answer that is right by chance changes places with one further on
      const std::size_t i = order[k];
      if (wrong(i, from[i])) continue;
      std::size_t away = 1;
      const auto other = [&] { return order[(k + away) % n]; };
      while (away < n && !(wrong(i, from[other()]) && wrong(other(), from[i]))) ++away;
      if (away >= n)
        throw data_error("irrelevant: no other answer of the set is wrong for the question '" + pairs[i].question +
                         "'; give more pairs, or pairs with different answers.");
      std::swap(from[i], from[other()]);
    }
    std::vector<data::question_answer> noisy(pairs.begin(), pairs.end());
    for (std::size_t i = 0; i < n; ++i) {
      noisy[i].answer = pairs[from[i]].answer;
      noisy[i].others.clear();
    }
    return noisy;
  }
};
static_assert(set_noise<irrelevant>);

}  // namespace krait::noise
