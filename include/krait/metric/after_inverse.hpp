// krait/metric/after_inverse.hpp: any metric on answers that are un-noised first: does a model that answers in reverse
// still know what it says? (arXiv 2407.00996 un-flips before it judges: get_regular_output.py.)
#pragma once
#include <concepts>
#include <krait/core/static_name.hpp>
#include <krait/metric/metric.hpp>
#include <string>
#include <string_view>

namespace krait::metric {

/// Metric on Noise::invert(answer), beside the clean truth. Noise is anything with a name and `static std::string
/// invert(std::string_view)`. An inverse may lose something; noise/restored.hpp says what it can give at most.
template <has_name Noise, text_metric Metric> struct after_inverse : Metric {
  static constexpr bool inverts = requires(std::string_view text) {
    { Noise::invert(text) } -> std::same_as<std::string>;
  };
  static_assert(inverts,
                "after_inverse: Noise has no inverse; give it 'static std::string invert(std::string_view text)', or "
                "judge its answers as they are");

 private:
  static constexpr std::string_view of = Metric::name, between = "_after_inverse_of_", by = Noise::name;

 public:
  static constexpr std::string_view name = joined_name<of, between, by>;

  void add(std::string_view question, std::string_view answer, const truths& truth) {
    metric::add(static_cast<Metric&>(*this), question, Noise::invert(answer), truth);
  }
};

}  // namespace krait::metric
