// krait/metric/noise_pattern.hpp: share of answers that are still in a noise's pattern ("noise retained" in the noise
// study, arXiv 2407.00996).
#pragma once
#include <concepts>
#include <krait/core/policy_list.hpp>
#include <krait/core/static_name.hpp>
#include <krait/metric/metric.hpp>
#include <optional>
#include <string_view>

namespace krait::metric {

/// Detector is a noise, or anything else with a name and `static std::optional<bool> in_pattern(answer, truth)`; it
/// says nothing where the noise leaves the truth as it is, and such answers are not counted. A noise without in_pattern
/// tells of no answer. 0 to 1; nothing told gives 0, and share() is nothing then.
template <has_name Detector> struct noise_pattern {
 private:
  static constexpr std::string_view before = "in_", of = Detector::name, after = "_pattern";

 public:
  static constexpr std::string_view name = joined_name<before, of, after>;
  static constexpr bool can_tell = requires(std::string_view text) {
    { Detector::in_pattern(text, text) } -> std::convertible_to<std::optional<bool>>;
  };

  void add(std::string_view answer, std::string_view truth) {
    if constexpr (can_tell) {
      const std::optional<bool> found = Detector::in_pattern(answer, truth);
      hits += found.value_or(false);
      told += found.has_value();
    }
    ++answers;
  }
  void merge(const noise_pattern& other) {
    hits += other.hits;
    told += other.told;
    answers += other.answers;
  }
  double value() const { return share().value_or(0); }
  /// Nothing where no answer could tell: unknown, not 0.
  std::optional<double> share() const {
    if (told == 0) return std::nullopt;
    return static_cast<double>(hits) / static_cast<double>(told);
  }

  long hits = 0, told = 0, answers = 0;  // told: of the answers, those that could be in the pattern or not
};

}  // namespace krait::metric
