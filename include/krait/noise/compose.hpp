// krait/noise/compose.hpp: one noise after another.
#pragma once
#include <filesystem>
#include <krait/core/random.hpp>
#include <krait/core/read_files.hpp>
#include <krait/core/static_name.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>

namespace krait::noise {

/// First, then Second, each with its own draw within the text's. Its inverse, where both have one, undoes Second first.
template <text_noise First, text_noise Second> struct compose {
 private:
  static constexpr std::string_view one = First::name, then = "_then_", other = Second::name;

 public:
  static constexpr std::string_view name = joined_name<one, then, other>;

  static std::string apply(std::string_view text, draw at) {
    return Second::apply(First::apply(text, at.within(0)), at.within(1));
  }
  static std::string invert(std::string_view text) requires(invertible_noise<First>&& invertible_noise<Second>) {
    return First::invert(Second::invert(text));
  }
  static void read(const std::filesystem::path& folder) requires(reads_files<First> || reads_files<Second>) {
    read_files<First>(folder);
    read_files<Second>(folder);
  }
};

}  // namespace krait::noise
