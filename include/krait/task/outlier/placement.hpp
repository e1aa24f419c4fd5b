// krait/task/outlier/placement.hpp: where in a prompt the examples with outliers stand.
#pragma once
#include <concepts>
#include <string_view>

namespace krait::task::outlier {

/// takes(place, count, examples): whether the example at `place` (0 is farthest from the query) is one of `count`
/// outliers. A placement without takes() leaves the places to chance.
template <class P>
concept fixed_placement = requires {
  { P::takes(1, 1, 2) } -> std::same_as<bool>;
};
template <class P>
concept placement = requires {
  { P::name } -> std::convertible_to<std::string_view>;
};

/// At the beginning of the prompt.
struct farthest {
  static constexpr std::string_view name = "farthest";
  static constexpr bool takes(int place, int count, int) { return place < count; }
};
/// Anywhere.
struct anywhere {
  static constexpr std::string_view name = "random";
};
/// Right before the query.
struct closest {
  static constexpr std::string_view name = "closest";
  static constexpr bool takes(int place, int count, int examples) { return place >= examples - count; }
};
static_assert(placement<farthest> && placement<anywhere> && placement<closest>);

}  // namespace krait::task::outlier
