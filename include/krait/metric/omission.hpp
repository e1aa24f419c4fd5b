// krait/metric/omission.hpp: which words of a text its reconstruction lacks, by kinds of words. A word counts with its
// number: the second "the" is kept if the reconstruction has two (arXiv:2512.15653; its eval_analysis/connl).
#pragma once
#include <concepts>
#include <krait/core/static_name.hpp>
#include <krait/core/unicode_words.hpp>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::metric {

/// For each word of the reference whether (word, k-th occurrence) is in the reconstruction too, wherever it stands
/// there. Words are compared byte by byte.
std::vector<bool> retained(std::span<const std::string_view> reference,
                           std::span<const std::string_view> reconstruction);

struct omission_count {
  long words = 0, omitted = 0;
  double rate() const { return words ? static_cast<double>(omitted) / static_cast<double>(words) : 0; }
  /// A 1 for each omitted word and a 0 for each other, for statistics/t_test.hpp: in no particular order.
  std::vector<double> values() const;
};

/// Counts by category, of texts whose categories are given (data::tagged_text: parts of speech, named entities).
struct omissions {
  /// categories[i] is that of reference[i]; "" leaves the word out, though it takes its number. Throws data_error
  /// unless there are as many categories as words.
  void add(std::span<const std::string_view> reference, std::span<const std::string_view> categories,
           std::span<const std::string_view> reconstruction);
  void merge(const omissions& other);
  omission_count total() const;

  std::map<std::string, omission_count, std::less<>> by_category;
};

/// Gives a word of the truth its category, from the word alone; "" leaves it out.
template <class T>
concept word_category = has_name<T> && requires(std::string_view word) {
  { T::of(word) } -> std::convertible_to<std::string_view>;
};

/// All words are of one category.
struct any_word {
  static constexpr std::string_view name = "words";
  static std::string_view of(std::string_view) { return "word"; }
};

/// "number" with a digit, "mark" without a letter, "name" with a capital first, "word".
struct word_shape {
  static constexpr std::string_view name = "shapes";
  static std::string_view of(std::string_view word);
};

enum class word_cut {
  spaces,   // between white space: for texts written as words with a space between them, as data::packed_words does
  unicode,  // words of any script, without punctuation (core/unicode_words.hpp)
};

/// Share of the truth's words that the answer omits, 0 to 1; no words give 0. The paper cuts the answer by NLTK's
/// word_tokenize; nothing needs to be guessed where the truth is written with its words apart.
template <class Category = any_word, word_cut Cut = word_cut::spaces> struct omission {
  static_assert(word_category<Category>,
                "omission: Category needs a name and 'static std::string_view of(std::string_view word)'");

 private:
  static constexpr std::string_view stem = "omission_of_", of = Category::name;
  static constexpr std::string_view cut = Cut == word_cut::unicode ? "_unicode" : "";

 public:
  static constexpr std::string_view name = joined_name<stem, of, cut>;

  static std::vector<std::string_view> words(std::string_view text) {
    return Cut == word_cut::spaces ? utf8::words(text) : utf8::unicode_words(text);
  }
  void add(std::string_view answer, std::string_view truth) {
    const auto reference = words(truth);
    std::vector<std::string_view> categories;
    for (const std::string_view word : reference) categories.push_back(Category::of(word));
    counts.add(reference, categories, words(answer));
  }
  void merge(const omission& other) { counts.merge(other.counts); }
  double value() const { return counts.total().rate(); }

  omissions counts;
};
static_assert(text_metric<omission<>> && text_metric<omission<word_shape, word_cut::unicode>>);

}  // namespace krait::metric

#ifndef KRAIT_COMPILED
#include <krait/metric/omission_impl.hpp>
#endif
