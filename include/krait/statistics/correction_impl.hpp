// krait/statistics/correction_impl.hpp: the corrections as their definitions.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/statistics/correction.hpp>
#include <utility>

namespace krait::statistics {
namespace detail {
KRAIT_INLINE corrected uncorrected(std::span<const std::optional<double>> p, std::string method) {
  corrected result{.p = {p.begin(), p.end()}, .tests = p.size(), .missing = 0, .method = std::move(method)};
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (!p[i] || std::isnan(*p[i]))
      result.p[i].reset(), ++result.missing;
    else if (*p[i] < 0 || *p[i] > 1)
      throw data_error("A p-value to be corrected, number " + std::to_string(i + 1) + ", is " + std::to_string(*p[i]) +
                       "; it must lie between 0 and 1.");
  }
  return result;
}
}  // namespace detail

KRAIT_INLINE std::string corrected::describe() const {
  std::string text = method + " correction for " + std::to_string(tests) + (tests == 1 ? " test" : " tests");
  if (missing > 0) text += ", " + std::to_string(missing) + " of which without a p-value";
  return text;
}

KRAIT_INLINE corrected bonferroni(std::span<const std::optional<double>> p) {
  corrected result = detail::uncorrected(p, "Bonferroni's");
  for (auto& one : result.p)
    if (one) one = std::min(1., *one * static_cast<double>(result.tests));
  return result;
}

KRAIT_INLINE corrected holm(std::span<const std::optional<double>> p) {
  corrected result = detail::uncorrected(p, "Holm's");
  std::vector<std::optional<double>*> order;
  for (auto& one : result.p)
    if (one) order.push_back(&one);
  std::ranges::stable_sort(order, {}, [](const auto* one) { return **one; });
  double least = 0;  // a greater p-value is never corrected to less
  for (std::size_t i = 0; i < order.size(); ++i) {
    least = std::max(least, std::min(1., **order[i] * static_cast<double>(result.tests - i)));
    *order[i] = least;
  }
  return result;
}

}  // namespace krait::statistics
