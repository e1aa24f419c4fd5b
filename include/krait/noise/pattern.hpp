// krait/noise/pattern.hpp: is an answer written in a noise's pattern? It is if it shares more runs of neighbouring
// letters or words with the noised truth than with the truth.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string_view>
#include <vector>

namespace krait::noise {
namespace detail {

/// All runs of Length neighbours, sorted, with an empty token on either end as a mark.
template <std::size_t Length> auto sorted_runs(std::vector<std::string_view> tokens) {
  tokens.insert(tokens.begin(), std::string_view{});
  tokens.emplace_back();
  std::vector<std::array<std::string_view, Length>> runs;
  for (std::size_t at = 0; at + Length <= tokens.size(); ++at) {
    std::copy_n(tokens.begin() + static_cast<std::ptrdiff_t>(at), Length, runs.emplace_back().begin());
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

template <class Runs> std::size_t shared(const Runs& a, const Runs& b) {
  std::vector<typename Runs::value_type> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return both.size();
}
}  // namespace detail

/// Whether an answer, cut into letters or words, is nearer to the noised truth than to the truth: it shares more runs
/// of Length neighbours, counted as often as they occur in both. A tie is "no"; if the noise leaves the truth as it is,
/// there is no telling. Unlike an edit distance it also sees the pattern in answers whose content is wrong: on the
/// answers of a Mamba-130M before, under and after charflip the edit distance finds 1, 86 and 6 %, letters in threes
/// find 0, 90 and 0 %.
template <std::size_t Length>
std::optional<bool> nearer_to_noised(const std::vector<std::string_view>& answer,
                                     const std::vector<std::string_view>& noised,
                                     const std::vector<std::string_view>& truth) {
  if (noised == truth) return std::nullopt;
  if (answer == noised) return true;
  const auto runs = detail::sorted_runs<Length>(answer);
  return detail::shared(runs, detail::sorted_runs<Length>(noised)) >
         detail::shared(runs, detail::sorted_runs<Length>(truth));
}

}  // namespace krait::noise
