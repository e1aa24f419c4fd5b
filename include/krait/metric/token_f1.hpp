// krait/metric/token_f1.hpp: the F1 of SQuAD: harmonic mean of precision and recall over the words of answer and truth.
// Rajpurkar et al. 2016 (arXiv:1606.05250), section 6.1; the official evaluate-v1.1.py.
#pragma once
#include <algorithm>
#include <cstddef>
#include <iterator>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/words.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

/// Mean over the answers, 0 to 1; no answers give 0. Words are compared without case, ASCII punctuation and a, an, the,
/// and as often as they occur. No word in common is 0, also for two empty texts, as in version 1.1.
struct token_f1 {
  static constexpr std::string_view name = "token_f1";

  static double of(std::string_view answer, std::string_view truth) {
    const std::string given = plain(answer), wanted = plain(truth);
    auto a = utf8::words(given), b = utf8::words(wanted);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<std::string_view> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both.empty() ? 0 : 2.0 * static_cast<double>(both.size()) / static_cast<double>(a.size() + b.size());
  }

  void add(std::string_view answer, std::string_view truth) {
    sum += of(answer, truth);
    ++answers;
  }
  void merge(const token_f1& other) {
    sum += other.sum;
    answers += other.answers;
  }
  double value() const { return answers ? sum / static_cast<double>(answers) : 0; }

  double sum = 0;
  long answers = 0;

 private:
  static constexpr bool is_ascii_punctuation(char c) {
    return (c >= '!' && c <= '/') || (c >= ':' && c <= '@') || (c >= '[' && c <= '`') || (c >= '{' && c <= '~');
  }

  // Lower case, punctuation removed, then `\b(a|an|the)\b` made a space: a whole run of word letters that is an
  // article.
  static std::string plain(std::string_view text) {
    std::string small = lower(text);
    std::erase_if(small, is_ascii_punctuation);
    std::string kept;
    std::size_t at = 0;
    while (at < small.size()) {
      std::size_t end = at;
      for (std::size_t size; end < small.size(); end += size) {
        size = utf8::length(small, end);
        if (!is_word_letter(std::string_view{small}.substr(end, size))) break;
      }
      const std::string_view run = std::string_view{small}.substr(at, end - at);
      kept += run == "a" || run == "an" || run == "the" ? std::string_view{" "} : run;
      if (end < small.size()) {
        const std::size_t size = utf8::length(small, end);
        kept += std::string_view{small}.substr(end, size);
        end += size;
      }
      at = end;
    }
    return kept;
  }
};
static_assert(text_metric<token_f1>);

}  // namespace krait::metric
