// krait/run/program_mark.hpp: what tells a program from another one that calls itself the same version.
#pragma once
#include <fstream>
#include <iterator>
#include <krait/core/digest.hpp>
#include <string>
#include <string_view>

namespace krait::program {

/// Nothing where the version names a commit, whose sources are known. Else ("0.2.0", "0.2.0+3f2a1c.changed") a digest
/// of the program's own file: types do not show that the body of a user's policy was edited.
inline std::string program_mark(std::string_view version) {
  if (version.find('+') != std::string_view::npos && !version.ends_with(".changed")) return {};
  std::ifstream in("/proc/self/exe", std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  return digest().add(bytes).text();
}

}  // namespace krait::program
