// Normal numbers as bits, to be compared between compilers: tests/core/random.cpp by the C++ compiler, tests/nvcc by
// nvcc.
#pragma once
#include <bit>
#include <cstdint>
#include <krait/core/random.hpp>

namespace krait::testing {

/// FNV-1a over the bits of 100,000 normals; below what every compiler must make of them.
inline std::uint64_t hash_of_normals() {
  std::uint64_t hash = 14695981039346656037u;
  for (std::uint64_t i = 0; i < 100000; ++i)
    hash = (hash ^ std::bit_cast<std::uint64_t>(normal({7, stream("normals"), i}))) * 1099511628211u;
  return hash;
}
inline constexpr std::uint64_t hash_expected = 15454782366455325160u;

}  // namespace krait::testing
