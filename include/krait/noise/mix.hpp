// krait/noise/mix.hpp: one of several noises for each text.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/random.hpp>
#include <krait/core/read_files.hpp>
#include <krait/core/static_name.hpp>
#include <krait/noise/noise.hpp>
#include <string>
#include <string_view>

namespace krait::noise {
namespace detail {
template <class First, class... Others> struct mixed_name {
  static constexpr std::string_view first = First::name, between = "_or_", rest = mixed_name<Others...>::value;
  static constexpr std::string_view value = joined_name<first, between, rest>;
};
template <class Last> struct mixed_name<Last> { static constexpr std::string_view value = Last::name; };
}  // namespace detail

/// Each text goes through one of the noises, all equally likely (noise::none may be among them). No inverse: an answer
/// does not tell which one it was.
template <text_noise First, text_noise... Others> struct mix {
  static constexpr std::string_view name = detail::mixed_name<First, Others...>::value;

  static std::string apply(std::string_view text, draw at) {
    using function = std::string (*)(std::string_view, draw);
    static constexpr function noises[1 + sizeof...(Others)] = {&First::apply, &Others::apply...};
    return noises[integer(at.within(0), 1 + sizeof...(Others))](text, at.within(1));
  }
  static void read(const std::filesystem::path& folder) requires(reads_files<First> || (reads_files<Others> || ...)) {
    read_files<First>(folder);
    (read_files<Others>(folder), ...);
  }
};

}  // namespace krait::noise
