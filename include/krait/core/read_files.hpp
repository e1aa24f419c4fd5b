// krait/core/read_files.hpp: policies that need a file of somebody else's (a dictionary, a list of words, a table of
// answers) read it once, from the folder of --data, before they are used.
#pragma once
#include <filesystem>
#include <type_traits>

namespace krait {

/// A policy with `static void read(const std::filesystem::path& folder)`. It keeps what it read for the whole program
/// and throws file_error, which says where to get the file; until then its other functions throw data_error. Not while
/// another thread uses the policy.
template <class T>
concept reads_files = requires(const std::filesystem::path& folder) {
  T::read(folder);
};

/// Lets a policy, or each of a list of policies (noise::list, metric::list), read its files, if it needs any.
template <class Policies> void read_files(const std::filesystem::path& folder) {
  if constexpr (reads_files<Policies>) {
    Policies::read(folder);
  } else if constexpr (requires { Policies::for_each([](auto) {}); }) {
    Policies::for_each([&]<class Policy>(std::type_identity<Policy>) { read_files<Policy>(folder); });
  }
}

}  // namespace krait
