// krait/data/with_folder.hpp: built-in data, unless --data or KRAIT_DATA names a folder with a study's own.
#pragma once
#include <concepts>
#include <filesystem>
#include <krait/data/question_answer.hpp>
#include <krait/data/tokenizer.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::data {

/// A data policy of two: Builtin without a folder, Own with one; both for the same tokenizer.
template <class Builtin, class Own> struct with_folder {
  using tokenizer = tokenizer_of<Builtin>;
  static_assert(std::same_as<tokenizer, tokenizer_of<Own>>,
                "with_folder: Builtin and Own need the same tokenizer, for the model is made for one");
  static constexpr std::string_view name = Builtin::name;
  static std::string describe(const std::filesystem::path& folder) {
    return std::string(folder.empty() ? Builtin::name : Own::name);
  }
  static std::vector<question_answer> load(const std::filesystem::path& folder) {
    return folder.empty() ? Builtin::load(folder) : Own::load(folder);
  }
  static tokenizer tokens(const std::filesystem::path& folder) {
    return folder.empty() ? tokens_of<Builtin>(folder) : tokens_of<Own>(folder);
  }
};

/// What a policy read, in words.
template <class Data> std::string describe(const std::filesystem::path& folder) {
  if constexpr (requires { Data::describe(folder); }) return Data::describe(folder);
  return std::string(Data::name);
}

}  // namespace krait::data
