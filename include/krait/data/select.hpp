// krait/data/select.hpp: which pairs of a data set a study uses: short enough ones, and so many of them.
#pragma once
#include <concepts>
#include <cstddef>
#include <krait/core/error.hpp>
#include <krait/data/question_answer.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {

namespace detail {
inline void require_enough(std::size_t have, int count, int longest, std::string_view name) {
  if (have < static_cast<std::size_t>(count))
    throw data_error(std::string(name) + " has " + std::to_string(have) + " pairs" +
                     (longest > 0 ? " of at most " + std::to_string(longest) + " bytes" : "") + ", but " +
                     std::to_string(count) + " are asked for; ask for fewer" +
                     (longest > 0 ? " or longer ones." : "."));
}
}  // namespace detail

/// Pairs of at most `longest` bytes, question and answer together (0: of any length).
template <std::derived_from<question_answer> Pair = question_answer>
std::vector<Pair> no_longer_than(std::vector<Pair> pairs, int longest) {
  if (longest > 0)
    std::erase_if(pairs, [&](const Pair& pair) { return pair.bytes() > static_cast<std::size_t>(longest); });
  return pairs;
}

/// `count` of the pairs of at most `longest` bytes, evenly spaced and in their order; 0 sets no bound.
/// Throws data_error if there are fewer, in the name of the data set.
inline std::vector<question_answer> select(std::vector<question_answer> pairs, int count, int longest,
                                           std::string_view name) {
  pairs = no_longer_than(std::move(pairs), longest);
  detail::require_enough(pairs.size(), count, longest, name);
  if (count <= 0) return pairs;
  std::vector<question_answer> chosen;
  const auto n = static_cast<std::size_t>(count);
  for (std::size_t i = 0; i < n; ++i) chosen.push_back(std::move(pairs[i * pairs.size() / n]));
  return chosen;
}

}  // namespace krait::data
