// krait/report/plot/scale.hpp: the range of an axis, and ticks at round numbers with short labels.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <krait/report/result.hpp>
#include <string>
#include <vector>

namespace krait::report::detail {

struct tick {
  double at;
  std::string label;
};

struct axis_scale {
  double low = 0, high = 1;
  bool log = false;
  std::vector<tick> ticks;

  /// Whether a value can be drawn on this axis.
  bool takes(double v) const { return std::isfinite(v) && (!log || v > 0); }
};

/// 10^n as people write it: 0.01, 1, 100, 10⁻⁵.
inline std::string power_of_ten(int n) {
  if (n >= -3 && n <= 3) return fmt::format("{:g}", std::pow(10.0, n));
  static constexpr const char* digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = n < 0 ? "10⁻" : "10";
  for (char c : std::to_string(std::abs(n))) text += digits[c - '0'];
  return text;
}

inline std::string short_number(double v, double largest) {
  if (largest >= 1e6 && largest < 1e9) return fmt::format("{:g}M", v / 1e6);
  if (largest >= 1e4 && largest < 1e6) return fmt::format("{:g}k", v / 1e3);
  return fmt::format("{:g}", std::abs(v) < largest * 1e-9 ? 0.0 : v);
}

/// 1, 2 or 5 times a power of ten, so that about `count` steps make `span`.
inline double round_step(double span, int count) {
  const double raw = span / count, power = std::pow(10.0, std::floor(std::log10(raw))), digit = raw / power;
  return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
}

inline std::vector<tick> linear_ticks(double low, double high, int count) {
  std::vector<tick> ticks;
  const double step = round_step(high - low, count), largest = std::max(std::abs(low), std::abs(high));
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k)
    ticks.push_back({k * step, short_number(k * step, largest)});
  return ticks;
}

inline std::vector<tick> log_ticks(double low, double high, int count) {
  std::vector<tick> ticks;
  const int first = int(std::floor(std::log10(low) + 1e-9)), last = int(std::floor(std::log10(high) + 1e-9));
  const bool fine = std::log10(high / low) < 2.7;
  const int every = std::max(1, (last - first + count - 1) / count);
  for (int n = first; n <= last; n += every)
    for (double digit : {1.0, 2.0, 5.0}) {
      const double at = digit * std::pow(10.0, n);
      if (at < low * (1 - 1e-9) || at > high * (1 + 1e-9) || (digit > 1 && !fine)) continue;
      ticks.push_back({at, fine ? fmt::format("{:g}", at) : power_of_ten(n)});
    }
  return ticks;
}

/// Covers `values`, or the limits that the axis names. `from_zero`: bars stand on zero. About `count` ticks.
inline axis_scale scale_of(const axis& a, const std::vector<double>& values, int count, bool from_zero, double pad) {
  axis_scale s;
  s.log = a.log;
  double low = INFINITY, high = -INFINITY;
  for (double v : values)
    if (s.takes(v)) low = std::min(low, v), high = std::max(high, v);
  if (!(low <= high)) low = s.log ? 0.1 : 0, high = 1;
  // What differs in digits that no label shows (nor gnuplot keeps apart) is one value.
  if (high - low < 1e-5 * std::max(std::abs(low), std::abs(high))) low = high = low + (high - low) / 2;
  if (s.log) {
    if (low == high) low /= 2, high *= 2;
    const double room = std::pow(high / low, pad);
    low /= room, high *= room;
  } else {
    const bool near_zero = low >= 0 && low < 0.4 * high;
    if (low == high && low == 0) high = 1;
    if (low == high && !from_zero) low -= std::abs(low) / 2, high += std::abs(high) / 2;
    const double room = pad * (high - low);
    if (from_zero || (near_zero && pad > 0.03))
      low = low < 0 ? low - room : 0, high = high > 0 ? high + room : 0;
    else
      low -= room, high += room;
  }
  if (s.takes(a.low)) low = a.low;
  if (s.takes(a.high)) high = a.high;
  if (!(high - low > 1e-5 * std::abs(low))) high = s.log ? low * 10 : low + std::max(1.0, std::abs(low) / 2);
  s.low = low, s.high = high;
  s.ticks = s.log ? log_ticks(low, high, count) : linear_ticks(low, high, count);
  return s;
}

}  // namespace krait::report::detail
