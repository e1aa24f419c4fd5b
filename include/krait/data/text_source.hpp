// krait/data/text_source.hpp: where texts come from, for comparing what is kept of prose, code, mathematics,
// definitions. A new source is one file like gsm8k.hpp.
#pragma once
#include <concepts>
#include <filesystem>
#include <initializer_list>
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

/// A name, and `load(folder)`: the texts in their order, none empty. Throws file_error, which says where to get them,
/// and data_error with file and line.
template <class T>
concept text_source = requires(const std::filesystem::path& folder) {
  { T::name } -> std::convertible_to<std::string_view>;
  { T::load(folder) } -> std::same_as<std::vector<std::string>>;
};

namespace detail {
/// The file at one of these places, plain or packed. Throws file_error, which names the first of them.
inline std::filesystem::path found_file(std::initializer_list<std::filesystem::path> places, const std::string& from) {
  for (const auto& place : places)
    if (const auto found = find_packed_or_plain(place); !found.empty()) return found;
  throw file_error(places.begin()->string() + "[.xz or .gz] is missing; " + from + ".");
}
}  // namespace detail

}  // namespace krait::data
