// krait/metric/omission_impl.hpp: words with their numbers, found again.
#pragma once
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/metric/omission.hpp>

namespace krait::metric {

KRAIT_INLINE std::vector<bool> retained(std::span<const std::string_view> reference,
                                        std::span<const std::string_view> reconstruction) {
  std::map<std::string_view, long> left;  // of a word's occurrences the first ones are met
  for (const auto word : reconstruction) ++left[word];
  std::vector<bool> kept;
  for (const auto word : reference) kept.push_back(left[word]-- > 0);
  return kept;
}

KRAIT_INLINE std::vector<double> omission_count::values() const {
  std::vector<double> all(static_cast<std::size_t>(words));
  std::fill_n(all.begin(), omitted, 1.);
  return all;
}

KRAIT_INLINE void omissions::add(std::span<const std::string_view> reference,
                                 std::span<const std::string_view> categories,
                                 std::span<const std::string_view> reconstruction) {
  if (categories.size() != reference.size())
    throw data_error("omissions: " + std::to_string(categories.size()) + " categories are given for " +
                     std::to_string(reference.size()) + " words; give each word one, '' for those to leave out.");
  const auto kept = retained(reference, reconstruction);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (categories[i].empty()) continue;
    auto& count = by_category.try_emplace(std::string(categories[i])).first->second;
    ++count.words;
    count.omitted += !kept[i];
  }
}

KRAIT_INLINE void omissions::merge(const omissions& other) {
  for (const auto& [category, count] : other.by_category) {
    by_category[category].words += count.words;
    by_category[category].omitted += count.omitted;
  }
}

KRAIT_INLINE omission_count omissions::total() const {
  omission_count all;
  for (const auto& [category, count] : by_category) all.words += count.words, all.omitted += count.omitted;
  return all;
}

KRAIT_INLINE std::string_view word_shape::of(std::string_view word) {
  bool letter = false, first_is_capital = false;
  const auto size = static_cast<std::int32_t>(word.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U8_NEXT(word.data(), at, size, point);
    if (point < 0) continue;  // no UTF-8
    if (u_isdigit(point)) return "number";
    if (u_isalpha(point) && !letter) first_is_capital = u_isupper(point) || u_istitle(point);
    letter = letter || u_isalpha(point);
  }
  return !letter ? "mark" : first_is_capital ? "name" : "word";
}

}  // namespace krait::metric
