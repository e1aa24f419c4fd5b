// krait/noise/counterfactual.hpp: wrong answers of the right kind: "The capital of France is Madrid." The study
// (arXiv 2407.00996, section 3.3.2) has them from a language model; here they are other answers of the same set.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/core/utf8.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/noise/noise.hpp>
#include <krait/noise/subject.hpp>
#include <krait/noise/wrong_answer.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace krait::noise {

/// The answer of another pair of the same kind, drawn by (seed, pair), said of this question's subject (subject.hpp)
/// and never only another way to say a right one (wrong_answer.hpp). Kinds are those of the pairs
/// (question_answer::kind); without one, the question's first four words, else its first two, and the shape of the
/// answer: with a digit or not, of one, few or many words. Where a kind has no second answer, a wider one serves: the
/// same table (the kind up to its first colon) or first word, with the same shape of answer; then any pair. Other right
/// answers are gone. Throws data_error where every answer of the set is right, or there is one pair only.
struct counterfactual {
  static constexpr std::string_view name = "counterfactual";

  static std::vector<data::question_answer> apply(std::span<const data::question_answer> pairs, std::uint64_t seed) {
    std::vector<data::question_answer> noisy(pairs.begin(), pairs.end());
    choose(pairs, seed, [&](std::size_t i, std::string answer, std::size_t) {
      noisy[i].answer = std::move(answer);
      noisy[i].others.clear();
    });
    return noisy;
  }

  /// How many pairs had to take an answer of a wider kind than their own: for a report to say.
  static long of_wider_kind(std::span<const data::question_answer> pairs, std::uint64_t seed) {
    long count = 0;
    choose(pairs, seed, [&](std::size_t, std::string, std::size_t width) { count += width >= own; });
    return count;
  }

 private:
  static std::string shape(std::string_view answer) {
    const bool number = answer.find_first_of("0123456789") != std::string_view::npos;
    const std::size_t words = utf8::words(answer).size();
    return std::string(number ? "number " : "text ") + (words <= 1 ? "1" : words <= 4 ? "4" : "more");
  }
  static constexpr std::size_t widths = 4, own = 2;  // kinds from narrow to wide; the first two are a pair's own
  static std::array<std::string, widths> kinds(const data::question_answer& pair) {
    const std::string form = '\n' + shape(pair.answer);
    if (!pair.kind.empty()) return {pair.kind, pair.kind, pair.kind.substr(0, pair.kind.find(':')) + form, ""};
    const auto words = utf8::words(pair.question);
    const auto first = [&](std::size_t count) {
      std::string all;
      for (std::size_t i = 0; i < std::min(count, words.size()); ++i) all += utf8::lower(words[i]) + ' ';
      return all + form;
    };
    return {first(4), first(2), first(1), ""};
  }

  /// take(i, wrong answer, width of its kind from 0) for each pair in order.
  template <class Take>
  static void choose(std::span<const data::question_answer> pairs, std::uint64_t seed, Take take) {
    std::vector<std::array<std::string, widths>> kinds_of;
    std::array<std::unordered_map<std::string_view, std::vector<std::size_t>>, widths> members;
    for (const auto& pair : pairs) kinds_of.push_back(kinds(pair));
    for (std::size_t i = 0; i < pairs.size(); ++i)
      for (std::size_t width = 0; width < widths; ++width) members[width][kinds_of[i][width]].push_back(i);

    const right_answers right(pairs);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const draw at{seed, stream(name), i};
      std::optional<std::string> found;
      std::size_t width = 0;
      for (; width < widths && !found; ++width)
        found = one_of(members[width].at(kinds_of[i][width]), at.within(width),
                       [&](std::size_t other) { return wrong_answer(pairs, right, i, other); });
      if (!found)
        throw data_error("counterfactual: no answer of the set is wrong for the question '" + pairs[i].question +
                         "'; give more pairs, or pairs with different answers.");
      take(i, std::move(*found), width - 1);
    }
  }

  static std::optional<std::string> wrong_answer(std::span<const data::question_answer> pairs,
                                                 const right_answers& right, std::size_t i, std::size_t other) {
    if (i == other || utf8::strip(pairs[other].answer).empty()) return std::nullopt;
    // Only as often as our answer names our subject: Panama City is no Kenya City.
    const auto [theirs, ours] = subjects(pairs[other].question, pairs[i].question);
    std::string answer = replace_words(pairs[other].answer, theirs, ours, places_of(ours, pairs[i].answer).size());
    if (!right.wrong_for(i, answer)) return std::nullopt;
    return answer;
  }

  /// What f says of a random member of those of which it says something: at first members are drawn, then all are asked
  /// in turn.
  template <class F> static std::optional<std::string> one_of(const std::vector<std::size_t>& members, draw at, F f) {
    constexpr std::uint64_t draws = 32;
    for (std::uint64_t turn = 0; turn < draws; ++turn)
      if (auto found = f(members[integer(at.within(turn), members.size())])) return found;
    const auto start = integer(at.within(draws), members.size());
    for (std::size_t k = 0; k < members.size(); ++k)
      if (auto found = f(members[(start + k) % members.size()])) return found;
    return std::nullopt;
  }
};
static_assert(set_noise<counterfactual>);

}  // namespace krait::noise
