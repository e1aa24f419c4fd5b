// krait/core/static_name.hpp: names put together at compile time, for policies whose name holds a setting or a policy's
// name.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace krait {
namespace detail {
template <const std::string_view&... Parts> struct joined_name {
  static constexpr auto letters = [] {
    std::array<char, (Parts.size() + ... + 0)> all{};
    auto end = all.begin();
    ((end = std::copy(Parts.begin(), Parts.end(), end)), ...);
    return all;
  }();
  static constexpr std::string_view value{letters.data(), letters.size()};
};

template <int Number> struct number_name {
  static_assert(Number >= 0, "number_name: only numbers from 0 on have a name");
  static constexpr int digits = [] {
    int count = 1;
    for (int rest = Number; rest >= 10; rest /= 10) ++count;
    return count;
  }();
  static constexpr auto letters = [] {
    std::array<char, digits> all{};
    int rest = Number;
    for (int place = digits; place-- > 0; rest /= 10) all[place] = static_cast<char>('0' + rest % 10);
    return all;
  }();
  static constexpr std::string_view value{letters.data(), letters.size()};
};
}  // namespace detail

/// The parts, which are static constexpr string_views, as one.
template <const std::string_view&... Parts>
inline constexpr const std::string_view& joined_name = detail::joined_name<Parts...>::value;

/// A number in decimal digits.
template <int Number> inline constexpr const std::string_view& number_name = detail::number_name<Number>::value;

}  // namespace krait
