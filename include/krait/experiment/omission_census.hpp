// krait/experiment/omission_census.hpp: which words of packed chunks their reconstructions omit, against what is known
// of each word: its part of speech, whether it names somebody, how rare it is. As "Characterizing Mamba's Selective
// Memory using Auto-Encoders" (arXiv:2512.15653), section 5, and with intervals and tests that do not take the words of
// one chunk, which were read into one state, for independent.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/data/packed_words.hpp>
#include <krait/metric/omission.hpp>
#include <krait/statistics/correction.hpp>
#include <krait/statistics/correlation.hpp>
#include <krait/statistics/ratio.hpp>
#include <krait/statistics/t_test.hpp>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Of the words of a category: how many they are, and a ratio of two sums over them, whose interval is over chunks.
struct ratio_of_category {
  long words = 0;
  statistics::ratio_of_sums ratio;
};

/// Two categories compared, `first` before `second` by name.
struct omission_difference {
  std::string first, second;
  statistics::t_result by_word;   // equal variances, each word by itself: the paper's test
  statistics::t_result by_chunk;  // pairs: the shares omitted in each chunk that has words of both
};
struct omission_differences {
  std::vector<omission_difference> pairs;
  statistics::corrected by_word, by_chunk;  // Bonferroni's as in the paper; Holm's
};

/// Filled chunk by chunk; then asked as often as there are ways to divide the words.
class omission_census {
 public:
  /// Of as many words as were packed. They outlive the census.
  explicit omission_census(std::span<const data::placed_word> words) : words_(words), omitted_(words.size()) {}

  /// What was written for a chunk; its words are those between white space.
  void add(const data::packed_chunk& chunk, std::string_view written) {
    std::vector<std::string_view> reference;
    for (const std::size_t i : chunk.words) reference.push_back(words_[i].text);
    const auto kept = metric::retained(reference, utf8::words(written));
    for (std::size_t k = 0; k < kept.size(); ++k) omitted_[chunk.words[k]] = !kept[k];
    chunks_.push_back(chunk.words);
  }

  /// By word: whether it was omitted; nothing for words in no chunk that was added.
  const std::vector<std::optional<bool>>& omitted() const { return omitted_; }
  metric::omission_count total() const {
    metric::omission_count all;
    for (const auto& word : omitted_) all.words += word.has_value(), all.omitted += word.value_or(false);
    return all;
  }

  /// By word: 1 where it was omitted, 0 where not, NaN for words in no chunk; as numbers for `ratios` and `against`.
  std::vector<double> losses() const {
    std::vector<double> all;
    for (const auto& word : omitted_) all.push_back(word ? *word : std::numeric_limits<double>::quiet_NaN());
    return all;
  }
  /// By word: the share that is omitted of all words of its stratum ("" is one too): what would be expected of it if
  /// nothing else mattered. Throws data_error unless there are as many strata as words.
  std::vector<double> expected(std::span<const std::string> strata) const {
    require(strata.size(), "strata");
    std::map<std::string_view, metric::omission_count> counts;
    for (std::size_t i = 0; i < words_.size(); ++i)
      if (omitted_[i]) ++counts[strata[i]].words, counts[strata[i]].omitted += *omitted_[i];
    std::vector<double> all;
    for (std::size_t i = 0; i < words_.size(); ++i)
      all.push_back(omitted_[i] ? counts[strata[i]].rate() : std::numeric_limits<double>::quiet_NaN());
    return all;
  }

  /// sum(above) / sum(below) over the words of each category; categories[i] is that of word i, "" leaves it out.
  /// losses() over ones: the share omitted; over expected(...): how many times as much as is expected; over another
  /// census's losses(): what of these is lost here too. Throws data_error unless there are as many of each as words.
  std::map<std::string, ratio_of_category> ratios(std::span<const std::string> categories,
                                                  std::span<const double> above, std::span<const double> below,
                                                  double share = .9) const {
    require(categories.size(), "categories");
    require(above.size(), "numbers"), require(below.size(), "numbers");
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> sums;  // by chunk
    std::map<std::string, ratio_of_category> found;
    for (std::size_t k = 0; k < chunks_.size(); ++k)
      for (const std::size_t i : chunks_[k]) {
        if (categories[i].empty()) continue;
        auto& [y, x] = sums[categories[i]];
        if (y.empty()) y.resize(chunks_.size()), x.resize(chunks_.size());
        y[k] += above[i], x[k] += below[i];
        ++found[categories[i]].words;
      }
    for (auto& [category, one] : found)
      one.ratio = statistics::ratio(sums[category].first, sums[category].second, share);
    return found;
  }

  /// Every two categories. Throws as `by`.
  omission_differences compare(std::span<const std::string> categories) const {
    const auto counts = by_chunk(categories);
    std::map<std::string, std::vector<double>> values;
    for (const auto& [category, of_chunk] : counts) {
      metric::omission_count all;
      for (const auto& part : of_chunk) all.words += part.words, all.omitted += part.omitted;
      values[category] = all.values();
    }
    omission_differences found;
    std::vector<std::optional<double>> by_word, by_chunk;
    for (auto a = counts.begin(); a != counts.end(); ++a)
      for (auto b = std::next(a); b != counts.end(); ++b) {
        std::vector<double> first, second;
        for (std::size_t k = 0; k < chunks_.size(); ++k) {
          if (a->second[k].words == 0 || b->second[k].words == 0) continue;
          first.push_back(a->second[k].rate());
          second.push_back(b->second[k].rate());
        }
        found.pairs.push_back({a->first, b->first,
                               statistics::equal_variance_t_test(values[a->first], values[b->first]),
                               statistics::paired_t_test(first, second)});
        by_word.push_back(found.pairs.back().by_word.p);
        by_chunk.push_back(found.pairs.back().by_chunk.p);
      }
    found.by_word = statistics::bonferroni(by_word);
    found.by_chunk = statistics::holm(by_chunk);
    return found;
  }

  /// Rank correlation of being omitted with a number of each word (its frequency, its perplexity), the controls held
  /// equal. Words whose numbers are not finite, or that were in no chunk, are left out. Throws data_error unless there
  /// are as many numbers as words.
  statistics::correlation against(std::span<const double> numbers, std::span<const std::vector<double>> controls,
                                  draw at, statistics::correlation_config c = {.permutations = 999}) const {
    require(numbers.size(), "numbers");
    for (const auto& one : controls) require(one.size(), "numbers of a control");
    std::vector<double> lost, x;
    std::vector<std::vector<double>> held(controls.size());
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const auto finite = [&](const auto& of) { return std::isfinite(of[i]); };
      if (!omitted_[i] || !finite(numbers) || !std::ranges::all_of(controls, finite)) continue;
      lost.push_back(*omitted_[i]);
      x.push_back(numbers[i]);
      for (std::size_t k = 0; k < controls.size(); ++k) held[k].push_back(controls[k][i]);
    }
    return statistics::partial_spearman(lost, x, held, at, c);
  }

 private:
  void require(std::size_t given, const char* what) const {
    if (given != words_.size())
      throw data_error("omission_census: " + std::to_string(given) + " " + what + " are given for " +
                       std::to_string(words_.size()) + " words; give one for each.");
  }
  /// Category, then chunk.
  std::map<std::string, std::vector<metric::omission_count>> by_chunk(std::span<const std::string> categories) const {
    require(categories.size(), "categories");
    std::map<std::string, std::vector<metric::omission_count>> counts;
    for (std::size_t k = 0; k < chunks_.size(); ++k)
      for (const std::size_t i : chunks_[k]) {
        if (categories[i].empty()) continue;
        auto& of_chunk = counts.try_emplace(categories[i], chunks_.size()).first->second;
        ++of_chunk[k].words;
        of_chunk[k].omitted += *omitted_[i];
      }
    return counts;
  }

  std::span<const data::placed_word> words_;
  std::vector<std::optional<bool>> omitted_;
  std::vector<std::vector<std::size_t>> chunks_;
};

}  // namespace krait::experiment
