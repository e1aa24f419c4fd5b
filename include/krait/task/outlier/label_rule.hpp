// krait/task/outlier/label_rule.hpp: the label that stands beside an example with an outlier. A policy of one's own has
// a name and label(truth, coin).
#pragma once
#include <concepts>
#include <string_view>

namespace krait::task::outlier {

/// label(truth, coin): truth is the clean label, coin a fair random sign; all are -1 or 1.
template <class R>
concept label_rule = requires(float sign) {
  { R::name } -> std::convertible_to<std::string_view>;
  { R::label(sign, sign) } -> std::same_as<float>;
};

/// The opposite of the clean label.
struct flipped {
  static constexpr std::string_view name = "flipped";
  template <class T> static constexpr T label(T truth, T) { return -truth; }
};
/// The same label for all.
struct targeted {
  static constexpr std::string_view name = "targeted";
  template <class T> static constexpr T label(T, T) { return T(1); }
};
/// A fair coin: the rule of training prompts.
struct random_label {
  static constexpr std::string_view name = "random";
  template <class T> static constexpr T label(T, T coin) { return coin; }
};
static_assert(label_rule<flipped> && label_rule<targeted> && label_rule<random_label>);

}  // namespace krait::task::outlier
