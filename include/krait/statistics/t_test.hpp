// krait/statistics/t_test.hpp: do two groups differ in their means? Student 1908; Welch 1947. Two-sided; distributions
// by Boost.Math.
#pragma once
#include <krait/statistics/interval.hpp>
#include <optional>
#include <span>
#include <string>

namespace krait::statistics {

/// Where t is undefined there are no numbers but the difference, and `undefined` says why in a few words, for a table's
/// note: a group of one, constant groups or differences, values that are not finite.
struct t_result {
  double difference = 0;                       // mean(a) - mean(b)
  std::optional<double> t = {}, degrees = {};  // of freedom
  std::optional<double> p = {};
  std::optional<interval> of_difference = {};  // the confidence interval
  std::string undefined = {};
};

struct t_config {
  double confidence = .95;  // of the interval
};

/// Groups with variances of their own.
t_result welch_t_test(std::span<const double> a, std::span<const double> b, t_config c = {});

/// Groups with one variance in common, as the paper on selective memory compares its categories (arXiv:2512.15653).
t_result equal_variance_t_test(std::span<const double> a, std::span<const double> b, t_config c = {});

/// Pairs: a[i] and b[i] belong together. Throws data_error unless there are as many of both.
t_result paired_t_test(std::span<const double> a, std::span<const double> b, t_config c = {});

}  // namespace krait::statistics

#ifndef KRAIT_COMPILED
#include <krait/statistics/t_test_impl.hpp>
#endif
