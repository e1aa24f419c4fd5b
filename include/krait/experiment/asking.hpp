// krait/experiment/asking.hpp: which pairs a study trains on and which it asks, and how often.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

/// A policy of what is asked:
///   static constexpr std::array sets     names of the sets that are asked, each for itself; the first is trained on
///   static constexpr int every           steps between two looks at the answers; 0: as the study says
///   static std::vector<int> set_of(std::uint64_t seed, std::size_t pairs)
///                                        the set in which each pair stands; the same for the same seed
template <class A>
concept asking = A::sets.size() > 0 && requires(std::uint64_t seed, std::size_t pairs) {
  { A::every } -> std::convertible_to<int>;
  { A::set_of(seed, pairs) } -> std::same_as<std::vector<int>>;
};

/// All pairs are both trained on and asked: what is kept of what was learnt.
template <int Every = 0> struct ask_all {
  static constexpr std::array<std::string_view, 1> sets = {"trained"};
  static constexpr int every = Every;
  static std::vector<int> set_of(std::uint64_t, std::size_t pairs) { return std::vector<int>(pairs, 0); }
};

struct ask_held_out_config {
  double share = .2;  // of all pairs, rounded; at least one is held out, and at least one trained on
  int every = 0;
};
/// A part of the pairs, drawn anew for each seed, is never trained on and asked as well: what carries over to them.
template <ask_held_out_config C = ask_held_out_config{}> struct ask_held_out {
  static_assert(C.share > 0 && C.share < 1, "ask_held_out: share is the part of all pairs, between 0 and 1");
  static constexpr std::array<std::string_view, 2> sets = {"trained", "held out"};
  static constexpr int every = C.every;
  /// Throws data_error where there is no pair to hold out.
  static std::vector<int> set_of(std::uint64_t seed, std::size_t pairs) {
    if (pairs < 2)
      throw data_error(fmt::format(
          "The data have {} pair{}, and some are to be held out: give at least two, or ask all that are trained on.",
          pairs, pairs == 1 ? "" : "s"));
    std::vector<std::size_t> order(pairs);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return std::pair(bits({seed, stream("held out"), i}), i); });
    const double wanted = std::round(C.share * static_cast<double>(pairs));
    const auto count = std::clamp<std::size_t>(static_cast<std::size_t>(wanted), 1, pairs - 1);
    std::vector<int> set(pairs, 0);
    for (std::size_t i = 0; i < count; ++i) set[order[i]] = 1;
    return set;
  }
};

}  // namespace krait::experiment
