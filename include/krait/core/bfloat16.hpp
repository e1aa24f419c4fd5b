// krait/core/bfloat16.hpp: the upper half of a float, as storage, and what arithmetic is done in.
#pragma once
#include <cstdint>
#include <cuda/std/bit>
#include <krait/core/config.hpp>
#include <type_traits>

namespace krait {

/// 8 bits of exponent, 7 of fraction. Conversion rounds to nearest, ties to even; NaN stays NaN.
struct bfloat16 {
  std::uint16_t bits;
  bfloat16() = default;
  KRAIT_HOST_DEVICE constexpr bfloat16(float x) {
#ifdef __CUDA_ARCH__
    if (!__builtin_is_constant_evaluated()) {
      asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(x));
      return;
    }
#endif
    const auto u = cuda::std::bit_cast<std::uint32_t>(x);
    bits = static_cast<std::uint16_t>((u & 0x7FFFFFFFu) > 0x7F800000u ? (u >> 16) | 0x40u
                                                                      : (u + 0x7FFFu + ((u >> 16) & 1u)) >> 16);
  }
  KRAIT_HOST_DEVICE constexpr operator float() const {
    return cuda::std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
  }
};

/// x rounded up or down by chance, so that it is right on average; random: 16 bits, all alike likely. Gupta et al. 2015
/// (arXiv:1502.02551), section 3. Infinities and NaN as by rounding to nearest.
constexpr bfloat16 rounded_by_chance(float x, std::uint32_t random) {
  const auto u = cuda::std::bit_cast<std::uint32_t>(x);
  bfloat16 rounded{x};
  if ((u & 0x7F800000u) != 0x7F800000u) rounded.bits = static_cast<std::uint16_t>((u + (random & 0xFFFFu)) >> 16);
  return rounded;
}

/// What sums, states and statistics of T are made and kept in: float for float and bfloat16, double for double.
template <class T> using sum_type = std::conditional_t<std::is_same_v<T, bfloat16>, float, T>;

}  // namespace krait
