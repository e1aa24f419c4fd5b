// krait/core/decimal_name.hpp: a decimal setting as part of a name, "vowel_drop_0.2".
#pragma once
#include <array>
#include <cstddef>
#include <string_view>

namespace krait {

/// A number as a template argument: `template <decimal Share> struct vowel_drop`, used as vowel_drop<.2>.
struct decimal {
  double value;
  constexpr decimal(double v) : value(v) {}  // implicit: <.2>
  constexpr operator double() const { return value; }
};

namespace detail {
template <decimal Number> struct decimal_name {
  static constexpr double size = Number.value < 0 ? -Number.value : Number.value;
  static constexpr std::size_t most = 9;
  struct digits {
    unsigned long long number;  // size * 10^places
    std::size_t places;
  };
  // The fewest places that are the number: a quotient is rounded as a decimal literal is.
  static constexpr digits found = [] {
    double power = 1;
    for (std::size_t places = 0; places <= most; ++places, power *= 10) {
      if (size * power >= 1e15) break;
      const auto number = static_cast<unsigned long long>(size * power + 0.5);
      if (static_cast<double>(number) / power == size) return digits{number, places};
    }
    return digits{0, most + 1};
  }();
  static_assert(found.places <= most,
                "decimal_name: only numbers below 1e15 of at most nine decimal places have a name");

  static constexpr std::size_t length = [] {
    std::size_t count = 1;
    for (auto rest = found.number; rest >= 10; rest /= 10) ++count;
    if (count <= found.places) count = found.places + 1;
    return count + (found.places > 0) + (Number.value < 0);
  }();
  static constexpr auto letters = [] {
    std::array<char, length> all{};
    auto rest = found.number;
    std::size_t at = length, places = found.places;
    while (at > (Number.value < 0 ? 1 : 0)) {
      if (found.places > 0 && places == 0 && at + found.places == length) {
        all[--at] = '.';
        continue;
      }
      all[--at] = static_cast<char>('0' + rest % 10);
      rest /= 10;
      if (places > 0) --places;
    }
    if (Number.value < 0) all[0] = '-';
    return all;
  }();
  static constexpr std::string_view value{letters.data(), letters.size()};
};
}  // namespace detail

/// A number as it is written, without zeros at its end: 0.2, -12.5, 3. For joined_name (static_name.hpp):
///   static constexpr std::string_view stem = "vowel_drop_", name = joined_name<stem, decimal_name<Share>>;
template <decimal Number> inline constexpr const std::string_view& decimal_name = detail::decimal_name<Number>::value;

}  // namespace krait
