// krait/core/bfloat16.hpp: the upper half of a float, as storage. Arithmetic is done in float.
#pragma once
#include <cstdint>
#include <cuda/std/bit>
#include <krait/core/config.hpp>

namespace krait {

/// 8 bits of exponent, 7 of fraction. Conversion rounds to nearest, ties to even; NaN stays NaN.
struct bfloat16 {
  std::uint16_t bits;
  bfloat16() = default;
  KRAIT_HOST_DEVICE constexpr bfloat16(float x) {
    const auto u = cuda::std::bit_cast<std::uint32_t>(x);
    bits = static_cast<std::uint16_t>((u & 0x7FFFFFFFu) > 0x7F800000u ? (u >> 16) | 0x40u
                                                                      : (u + 0x7FFFu + ((u >> 16) & 1u)) >> 16);
  }
  KRAIT_HOST_DEVICE constexpr operator float() const {
    return cuda::std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
};

}  // namespace krait
