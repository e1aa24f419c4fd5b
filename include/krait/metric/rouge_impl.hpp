// krait/metric/rouge_impl.hpp: words become numbers first, so that everything after is about numbers.
#pragma once
#include <cstddef>
#include <krait/core/config.hpp>
#include <krait/core/lines.hpp>
#include <krait/core/unicode.hpp>
#include <krait/core/unicode_words.hpp>
#include <krait/metric/porter.hpp>
#include <krait/metric/rouge.hpp>
#include <map>
#include <set>
#include <span>

namespace krait::metric {
namespace detail::rouge {

using numbers = std::vector<int>;

struct dictionary {
  numbers of(const std::vector<std::string>& words) {
    numbers ids;
    for (const auto& word : words) ids.push_back(known.try_emplace(word, static_cast<int>(known.size())).first->second);
    return ids;
  }
  std::map<std::string, int, std::less<>> known;
};

KRAIT_INLINE rouge_score score(std::size_t hits, std::size_t answer, std::size_t truth) {
  if (hits == 0) return {};
  const double shared = static_cast<double>(hits), precision = shared / static_cast<double>(answer),
               recall = shared / static_cast<double>(truth);
  return {precision, recall, 2 * precision * recall / (precision + recall)};
}

KRAIT_INLINE rouge_score n_grams(const numbers& answer, const numbers& truth, int n) {
  const auto count = [&](const numbers& words) {
    std::map<numbers, std::size_t> counts;
    for (auto at = words.begin(); words.end() - at >= n; ++at) ++counts[{at, at + n}];
    return counts;
  };
  const auto given = count(answer);
  std::size_t hits = 0;
  for (const auto& [gram, times] : count(truth))
    if (const auto found = given.find(gram); found != given.end()) hits += std::min(times, found->second);
  const auto grams = [&](const numbers& words) { return words.size() + 1 - static_cast<std::size_t>(n); };
  return score(hits, grams(answer), grams(truth));
}

/// (truth + 1, answer + 1): the longest common subsequence of the first i and j words.
struct table {
  table(const numbers& truth, const numbers& answer) : columns(answer.size() + 1), at((truth.size() + 1) * columns) {
    for (std::size_t i = 1; i <= truth.size(); ++i)
      for (std::size_t j = 1; j <= answer.size(); ++j)
        at[i * columns + j] =
            truth[i - 1] == answer[j - 1] ? (*this)(i - 1, j - 1) + 1 : std::max((*this)(i - 1, j), (*this)(i, j - 1));
  }
  int operator()(std::size_t i, std::size_t j) const { return at[i * columns + j]; }
  std::size_t columns;
  std::vector<int> at;
};

/// The truth's line as found in the answer's lines: the places of one longest common subsequence with each. Which one,
/// where there are several, is rouge-score's choice: the truth's word is skipped unless the answer's loses nothing.
KRAIT_INLINE std::set<std::size_t> found_places(const numbers& truth, const std::vector<numbers>& answer_lines) {
  std::set<std::size_t> places;
  for (const auto& answer : answer_lines) {
    const table longest(truth, answer);
    for (std::size_t i = truth.size(), j = answer.size(); i > 0 && j > 0;) {
      if (truth[i - 1] == answer[j - 1])
        places.insert(--i), --j;
      else if (longest(i, j - 1) > longest(i - 1, j))
        --j;
      else
        --i;
    }
  }
  return places;
}

KRAIT_INLINE rouge_score by_line(const std::vector<numbers>& answer, const std::vector<numbers>& truth) {
  std::map<int, long> answer_left, truth_left;  // a word counts as often as both have it
  std::size_t answer_words = 0, truth_words = 0, hits = 0;
  for (const auto& line : answer)
    for (const int word : line) ++answer_left[word], ++answer_words;
  for (const auto& line : truth)
    for (const int word : line) ++truth_left[word], ++truth_words;
  for (const auto& line : truth)
    for (const std::size_t place : found_places(line, answer)) {
      long &one = answer_left[line[place]], &other = truth_left[line[place]];
      if (one == 0 || other == 0) continue;
      ++hits, --one, --other;
    }
  return score(hits, answer_words, truth_words);
}

}  // namespace detail::rouge

KRAIT_INLINE std::vector<std::string> rouge_words(std::string_view text, const rouge_config& c) {
  const std::string small = utf8::lower(text);
  std::vector<std::string> words;
  if (c.tokens == rouge_tokens::unicode) {
    for (const std::string_view word : utf8::unicode_words(small)) words.emplace_back(word);
  } else {
    const auto kept = [](char letter) { return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'); };
    for (auto at = small.begin(); at != small.end();) {
      const auto start = std::find_if(at, small.end(), kept);
      at = std::find_if_not(start, small.end(), kept);
      if (at != start) words.emplace_back(start, at);
    }
  }
  if (c.stem)
    for (auto& word : words)
      if (word.size() > 3 && std::ranges::all_of(word, [](char letter) { return letter >= 0; }))
        word = porter_stem(word);
  return words;
}

KRAIT_INLINE rouge_score rouge_of(int overlap, std::string_view answer, std::string_view truth, const rouge_config& c) {
  detail::rouge::dictionary known;
  const auto numbers = [&](std::string_view text) { return known.of(rouge_words(text, c)); };
  if (overlap > 0) return detail::rouge::n_grams(numbers(answer), numbers(truth), overlap);
  if (overlap == rouge_lcs) {
    const auto given = numbers(answer), wanted = numbers(truth);
    const detail::rouge::table longest(wanted, given);
    return detail::rouge::score(static_cast<std::size_t>(longest(wanted.size(), given.size())), given.size(),
                                wanted.size());
  }
  const auto lines = [&](std::string_view text) {
    std::vector<detail::rouge::numbers> all;
    for_each_line(text, [&](std::string_view line, std::size_t) { all.push_back(numbers(line)); });
    return all;
  };
  return detail::rouge::by_line(lines(answer), lines(truth));
}

}  // namespace krait::metric
