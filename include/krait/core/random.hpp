// krait/core/random.hpp: random numbers with an address. The number at (seed, stream, index) is the same on every
// thread, backend and resumed run. Philox4x32-10 from Random123; Salmon et al. 2011, "Parallel random numbers: as easy
// as 1, 2, 3".
#pragma once
#include <Random123/philox.h>

#include <cmath>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/elementary.hpp>
#include <string_view>

namespace krait {

/// Address of one random number. Different addresses give independent numbers.
struct draw {
  std::uint64_t seed = 0;
  std::uint32_t stream = 0;  // what for: weights, order of examples, noise, ...; see stream()
  std::uint64_t index = 0;   // which one: step, example, coordinate

  /// Number k of the numbers that belong to this draw: letter k of this text, say. They differ from draw to draw (other
  /// seed, stream or index) and from k to k, whatever the order they are asked in; each has numbers within it again.
  KRAIT_HOST_DEVICE draw within(std::uint64_t k) const;

  /// Number i of this draw's seed and stream, whatever its index: for who numbers a whole stream. Within a text it
  /// would give all texts the same numbers; see within().
  KRAIT_HOST_DEVICE constexpr draw with_index(std::uint64_t i) const { return {seed, stream, i}; }
};

/// A stream's number from its name (FNV-1a), so that two users of random numbers meet only if they share a name.
constexpr std::uint32_t stream(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

namespace detail {
/// Purpose 0: the numbers at an address. 1: the key of the numbers within it.
KRAIT_HOST_DEVICE inline r123::Philox4x32::ctr_type philox(draw at, std::uint32_t purpose = 0) {
  const r123::Philox4x32::ctr_type counter = {
      {static_cast<std::uint32_t>(at.index), static_cast<std::uint32_t>(at.index >> 32), at.stream, purpose}};
  const r123::Philox4x32::key_type key = {
      {static_cast<std::uint32_t>(at.seed), static_cast<std::uint32_t>(at.seed >> 32)}};
  return r123::Philox4x32{}(counter, key);
}
KRAIT_HOST_DEVICE inline std::uint64_t word(std::uint32_t low, std::uint32_t high) {
  return (static_cast<std::uint64_t>(high) << 32) | low;
}
KRAIT_HOST_DEVICE inline double unit(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1p-53; }
}  // namespace detail

KRAIT_HOST_DEVICE inline draw draw::within(std::uint64_t k) const {
  const auto key = detail::philox(*this, 1);
  return {detail::word(key[0], key[1]), stream, k};
}

/// 64 random bits.
KRAIT_HOST_DEVICE inline std::uint64_t bits(draw at) {
  const auto w = detail::philox(at);
  return detail::word(w[0], w[1]);
}

/// Uniform in [0, 1), 53 bits.
KRAIT_HOST_DEVICE inline double uniform(draw at) { return detail::unit(bits(at)); }

/// Standard normal (Box & Muller 1958), with the same bits from every compiler and on every device.
KRAIT_HOST_DEVICE inline double normal(draw at) {
  const auto w = detail::philox(at);
  const std::uint64_t from_0 = detail::word(w[0], w[1]) >> 11, turn = detail::word(w[2], w[3]) >> 11;
  return std::sqrt(-2 * elementary::log_of_53_bits((std::uint64_t{1} << 53) - from_0)) * elementary::cos_of_turns(turn);
}

/// Uniform in 0 .. n-1, n > 0 (Lemire 2019, without the rejection: the bias is below n / 2^64).
KRAIT_HOST_DEVICE inline std::uint64_t integer(draw at, std::uint64_t n) {
  const std::uint64_t x = bits(at);
  const std::uint64_t low = (x & 0xFFFFFFFFu) * (n & 0xFFFFFFFFu), cross = (x >> 32) * (n & 0xFFFFFFFFu) + (low >> 32);
  const std::uint64_t other = (x & 0xFFFFFFFFu) * (n >> 32) + (cross & 0xFFFFFFFFu);
  return (x >> 32) * (n >> 32) + (cross >> 32) + (other >> 32);
}

}  // namespace krait
