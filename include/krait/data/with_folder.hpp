// krait/data/with_folder.hpp: built-in data, unless --data or KRAIT_DATA names a folder with a study's own.
#pragma once
#include <filesystem>
#include <krait/data/question_answer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

/// A data policy of two: Builtin without a folder, Own with one.
template <class Builtin, class Own> struct with_folder {
  static constexpr std::string_view name = Builtin::name;
  static std::string describe(const std::filesystem::path& folder) {
    return std::string(folder.empty() ? Builtin::name : Own::name);
  }
  static std::vector<question_answer> load(const std::filesystem::path& folder) {
    return folder.empty() ? Builtin::load(folder) : Own::load(folder);
  }
};

/// What a policy read, in words.
template <class Data> std::string describe(const std::filesystem::path& folder) {
  if constexpr (requires { Data::describe(folder); }) return Data::describe(folder);
  return std::string(Data::name);
}

}  // namespace krait::data
