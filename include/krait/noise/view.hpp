// krait/noise/view.hpp: noises as lazy range-v3 views, `pairs | noise::with<charflip<>>(seed)`.
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/noise/noise.hpp>
#include <range/v3/range/concepts.hpp>
#include <range/v3/view/enumerate.hpp>
#include <range/v3/view/iota.hpp>
#include <range/v3/view/transform.hpp>
#include <range/v3/view/view.hpp>
#include <range/v3/view/zip.hpp>
#include <utility>
#include <vector>

namespace krait::noise {

/// A view of texts, or of question/answer pairs with their answers noised and their questions clean. Nothing is
/// computed before it is read. Item i takes the draw {seed, stream(Noise::name), i}. A range that knows its size stays
/// sized and random-access; one that does not (a file read line by line) passes once.
template <text_noise Noise> auto with(std::uint64_t seed) {
  return ranges::make_view_closure([seed]<ranges::viewable_range Range>(Range&& items) {
    const auto noise_one = [seed](const auto& numbered) {
      const auto& [index, item] = numbered;
      return noised<Noise>(item, draw{seed, stream(Noise::name), static_cast<std::uint64_t>(index)});
    };
    if constexpr (ranges::sized_range<Range>) {  // enumerate would lose the size
      const auto numbers = ranges::views::iota(std::size_t{0}, static_cast<std::size_t>(ranges::size(items)));
      return ranges::views::zip(numbers, std::forward<Range>(items)) | ranges::views::transform(noise_one);
    } else {
      return ranges::views::enumerate(std::forward<Range>(items)) | ranges::views::transform(noise_one);
    }
  });
}

/// `pairs | noise::with<counterfactual>(seed)`: a noise of whole sets is not lazy, and gives a vector of pairs.
template <set_noise Noise> auto with(std::uint64_t seed) {
  return ranges::make_view_closure([seed]<ranges::viewable_range Range>(Range&& pairs) {
    std::vector<data::question_answer> all;
    for (auto&& pair : pairs) all.push_back(std::forward<decltype(pair)>(pair));
    return Noise::apply(all, seed);
  });
}

}  // namespace krait::noise
