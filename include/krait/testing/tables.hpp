// krait/testing/tables.hpp: what tests of kernels and layers share: the same inputs for every scalar, comparison,
// slopes.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <krait/core/bfloat16.hpp>
#include <krait/core/random.hpp>
#include <krait/core/rows.hpp>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::testing {

#ifndef KRAIT_TESTING_MEMORY  // another one where a device must reach it
#define KRAIT_TESTING_MEMORY ::std::allocator
#endif
/// Numbers, and one object, where the backends of a test can reach them.
template <class T> using array = std::vector<T, KRAIT_TESTING_MEMORY<T>>;
template <class T, class... Arguments> std::shared_ptr<T> make_shared(Arguments&&... arguments) {
  return std::allocate_shared<T>(KRAIT_TESTING_MEMORY<T>(), std::forward<Arguments>(arguments)...);
}

/// Tokens, around the edges of tiles and vectors.
inline constexpr int lengths[] = {0, 1, 2, 3, 7, 8, 9, 11, 12, 13, 16, 17, 31, 32, 33, 64, 82};

/// How far a backend may be from the reference in double, relative to the largest value: the one table of the suite.
/// A few tens of roundings; sums over a hundred tokens stay within.
template <class T> inline constexpr double tolerance = 0;
template <> inline constexpr double tolerance<float> = 64 * 0x1p-24;
template <> inline constexpr double tolerance<double> = 64 * 0x1p-53;
template <> inline constexpr double tolerance<bfloat16> = 2 * 0x1p-8;
/// And a gradient from slopes(), which loses some digits itself.
inline constexpr double slope_tolerance = 1e-9;

/// The i-th number of a name, normal, rounded to float so that it is the same in float and double.
inline double number(std::string_view name, std::uint64_t i) {
  return static_cast<float>(normal({2024, stream(name), i}));
}
/// While one of these lives, the numbers of fill() and of tables are numbers of T as well, so that a kernel of bfloat16
/// and its oracle in double are given the same.
inline bool numbers_are_bfloat16 = false;
template <class T> struct numbers_of {
  const bool before = std::exchange(numbers_are_bfloat16, std::is_same_v<T, bfloat16>);
  numbers_of() = default;
  ~numbers_of() { numbers_are_bfloat16 = before; }
  numbers_of(const numbers_of&) = delete;
};
inline float number(std::string_view name, std::uint64_t i, double scale, double shift) {
  const auto value = static_cast<float>(number(name, i) * scale + shift);
  return numbers_are_bfloat16 ? static_cast<float>(bfloat16(value)) : value;
}
template <class T> void fill(std::span<T> values, std::string_view name, double scale = 1, double shift = 0) {
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(number(name, i, scale, shift));
}
template <class T> array<T> numbers(std::string_view name, std::size_t count, double scale = 1, double shift = 0) {
  array<T> values(count);
  fill(std::span(values), name, scale, shift);
  return values;
}
/// `count` bytes that are 1 with this probability.
inline array<std::uint8_t> flags(std::string_view name, std::size_t count, double share) {
  array<std::uint8_t> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = uniform({2024, stream(name), i}) < share;
  return values;
}
/// `count` whole numbers below n.
inline array<std::int32_t> integers(std::string_view name, std::size_t count, int n) {
  array<std::int32_t> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<std::int32_t>(integer({2024, stream(name), i}, static_cast<std::uint64_t>(n)));
  return values;
}

/// Rows with their storage. What lies between the rows' ends and the stride must stay as it was: intact().
template <class T, int Width, int Stride = row_stride(Width)> struct table {
  static constexpr T between = T(-777);
  sequences of;
  array<T> data;

  explicit table(sequences s) : of(s), data(static_cast<std::size_t>(s.tokens()) * Stride, between) {
    for (int t = 0; t < of.tokens(); ++t) std::fill_n(out()[t], Width, T(0));
  }
  table(sequences s, std::string_view name, double scale = 1, double shift = 0) : table(s) {
    for (int t = 0; t < of.tokens(); ++t)
      for (int i = 0; i < Width; ++i)
        out()[t][i] = static_cast<T>(
            number(name, static_cast<std::uint64_t>(t) * Width + static_cast<std::uint64_t>(i), scale, shift));
  }
  template <class Value> table(sequences s, const std::vector<Value>& values) : table(s) {
    for (int t = 0; t < of.tokens(); ++t)
      for (int i = 0; i < Width; ++i) out()[t][i] = static_cast<T>(values[static_cast<std::size_t>(t * Width + i)]);
  }
  rows<T, Width, Stride> out() { return {data.data(), of}; }
  rows<const T, Width, Stride> in() const { return {data.data(), of}; }
  std::vector<T> values() const {
    std::vector<T> all;
    for (int t = 0; t < of.tokens(); ++t) all.insert(all.end(), in()[t], in()[t] + Width);
    return all;
  }
  bool intact() const {
    for (int t = 0; t < of.tokens(); ++t)
      for (int i = Width; i < Stride; ++i)
        if (in()[t][i] != between) return false;
    return true;
  }
};

/// The greatest difference relative to the greatest value of the oracle; infinite where a size differs or a number is
/// not finite.
template <class A, class B> double worst(const A& values, const B& oracle) {
  if (std::size(values) != std::size(oracle)) return std::numeric_limits<double>::infinity();
  double difference = 0, scale = 0;
  for (std::size_t i = 0; i < std::size(values); ++i) {
    const double a = static_cast<double>(values[i]), b = static_cast<double>(oracle[i]);
    if (!std::isfinite(a) || !std::isfinite(b)) return std::numeric_limits<double>::infinity();
    difference = std::max(difference, std::abs(a - b));
    scale = std::max(scale, std::abs(b));
  }
  return scale > 0 ? difference / scale : difference;
}
template <class A, class B, int Width, int SA, int SB>
double worst(const table<A, Width, SA>& values, const table<B, Width, SB>& oracle) {
  return values.intact() && oracle.intact() ? worst(values.values(), oracle.values())
                                            : std::numeric_limits<double>::infinity();
}

/// df/dx by central differences of fourth order, h apart; x is as before afterwards.
template <class F> double slope(double& x, F&& f, double h = 1e-3) {
  const double at = x;
  const auto value = [&](double y) {
    x = y;
    return f();
  };
  const double near = value(at + h) - value(at - h), far = value(at + 2 * h) - value(at - 2 * h);
  x = at;
  return (8 * near - far) / (12 * h);
}
template <class F> std::vector<double> slopes(std::span<double> x, F&& f, double h = 1e-3) {
  std::vector<double> all;
  for (double& one : x) all.push_back(slope(one, f, h));
  return all;
}
template <int Width, int Stride, class F>
std::vector<double> slopes(table<double, Width, Stride>& x, F&& f, double h = 1e-3) {
  std::vector<double> all;
  for (int t = 0; t < x.of.tokens(); ++t)
    for (int i = 0; i < Width; ++i) all.push_back(slope(x.out()[t][i], f, h));
  return all;
}
/// The loss that slopes() need: a sum of outputs, each with the gradient that is given to backward.
template <int Width, int SA, int SB>
double inner(const table<double, Width, SA>& a, const table<double, Width, SB>& b) {
  double sum = 0;
  for (int t = 0; t < a.of.tokens(); ++t)
    for (int i = 0; i < Width; ++i) sum += a.in()[t][i] * b.in()[t][i];
  return sum;
}

/// This thread's backend of a kind.
template <class Backend> Backend& on() {
  static thread_local Backend backend;
  return backend;
}
/// Waits until what was asked of it is done: devices work on while the host goes on.
template <class Backend> void settle() {}

}  // namespace krait::testing
