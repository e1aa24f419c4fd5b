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
/// and as often as they occur. No word in common is 0, also for two empty texts, as in version 1.1. Of several truths
/// the best counts. short_truths::scored is the official value; else answers to truths of one byte or none are left
/// out.
template <short_truths Short> struct squad_f1 {
  static constexpr std::string_view name = Short == short_truths::scored ? "token_f1_released" : "token_f1";

  static double of(std::string_view answer, std::string_view truth) {
    const std::string given = plain(answer), wanted = plain(truth);
    auto a = utf8::words(given), b = utf8::words(wanted);
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    std::vector<std::string_view> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return both.empty() ? 0 : 2.0 * static_cast<double>(both.size()) / static_cast<double>(a.size() + b.size());
  }

  void add(std::string_view answer, const truths& truth) {
    if (!truth.any(scores<Short>)) {
      ++left_out;
      return;
    }
    double best = 0;
    truth.for_each([&](std::string_view one) {
      if (scores<Short>(one)) best = std::max(best, of(answer, one));
    });
    sum += best;
    ++answers;
  }
  void merge(const squad_f1& other) {
    sum += other.sum;
    answers += other.answers;
    left_out += other.left_out;
  }
  double value() const { return answers ? sum / static_cast<double>(answers) : 0; }

  double sum = 0;
  long answers = 0, left_out = 0;

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
using token_f1 = squad_f1<short_truths::left_out>;
using released_token_f1 = squad_f1<short_truths::scored>;
static_assert(text_metric<token_f1> && text_metric<released_token_f1>);

}  // namespace krait::metric
