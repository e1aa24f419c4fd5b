// krait/noise/none.hpp: no noise at all. The control: three clean phases tell what more training alone does.
#pragma once
#include <krait/core/random.hpp>
#include <krait/noise/noise.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace krait::noise {

/// Every text passes as it is, so there is no pattern to tell.
struct none {
  static constexpr std::string_view name = "none";
  static std::string apply(std::string_view text, draw) { return std::string{text}; }
  static std::string invert(std::string_view text) { return std::string{text}; }
  static std::optional<bool> in_pattern(std::string_view, std::string_view) { return std::nullopt; }
};
static_assert(invertible_noise<none> && pattern_detector<none>);

}  // namespace krait::noise
