// krait/task/outlier/random_lanes.hpp: the words of krait/core/random.hpp at several addresses at once, so that prompts
// are drawn a vector at a time. Philox4x32-10; Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
#pragma once
#include <cstdint>
#include <cstring>
#include <krait/core/random.hpp>

namespace krait::task::outlier {

namespace detail {
// Lanes of 64 bits, so that a product of two words needs no shuffles.
typedef std::uint64_t wide_words __attribute__((vector_size(64)));
typedef std::uint32_t narrow_words __attribute__((vector_size(32)));
}  // namespace detail

/// Four random words of each lane.
template <int Lanes> struct random_words { alignas(64) std::uint32_t word[4][Lanes]; };

/// Vectors of Wide words, here because g++ takes a size that depends on a template's argument in a class only.
template <int Wide> struct word_vectors {
  typedef std::uint64_t vector __attribute__((vector_size(Wide * sizeof(std::uint64_t))));
  typedef std::uint32_t narrow __attribute__((vector_size(Wide * sizeof(std::uint32_t))));
};

/// Lane l gets the words at (at.seed, at.stream, first + l * stride): those that bits() and uniform() are made from.
template <int Lanes>
[[gnu::always_inline]] inline void draw_lanes(draw at, std::uint64_t first, std::uint64_t stride,
                                              random_words<Lanes>& to) {
  if constexpr (Lanes % 8 != 0) {
    for (int l = 0; l < Lanes; ++l) {
      const auto w = krait::detail::philox(at.with_index(first + static_cast<std::uint64_t>(l) * stride));
      for (int i = 0; i < 4; ++i) to.word[i][l] = w[static_cast<std::size_t>(i)];
    }
  } else {
    using detail::wide_words;
    constexpr std::uint64_t low = 0xFFFFFFFFu;
    for (int from = 0; from < Lanes; from += 8) {
      wide_words index = {};
      for (int l = 0; l < 8; ++l) index[l] = first + static_cast<std::uint64_t>(from + l) * stride;
      wide_words a = index & low, b = index >> 32, c = wide_words{} + std::uint64_t{at.stream}, d = {};
      std::uint32_t key0 = static_cast<std::uint32_t>(at.seed), key1 = static_cast<std::uint32_t>(at.seed >> 32);
#pragma GCC unroll 10
      for (int round = 0; round < 10; ++round, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
        const wide_words x = a * std::uint64_t{0xD2511F53u}, y = c * std::uint64_t{0xCD9E8D57u};
        a = (y >> 32) ^ b ^ std::uint64_t{key0};
        b = y & low;
        c = (x >> 32) ^ d ^ std::uint64_t{key1};
        d = x & low;
      }
      const wide_words all[4] = {a, b, c, d};
      for (int i = 0; i < 4; ++i) {
        const auto words = __builtin_convertvector(all[i], detail::narrow_words);
        std::memcpy(to.word[i] + from, &words, sizeof words);
      }
    }
  }
}

/// From a random word: uniform in 0 .. n-1 (Lemire 2019, without the rejection: the bias is below n / 2^32).
constexpr std::int32_t below(std::uint32_t word, std::uint32_t n) {
  return static_cast<std::int32_t>((std::uint64_t{word} * n) >> 32);
}
/// Uniform in [-bound, bound), from the upper 24 bits; the same in float and double, to rounding.
template <class T> constexpr T symmetric(std::uint32_t word, T bound) {
  return bound * (static_cast<T>(static_cast<std::int32_t>(word >> 8) - (1 << 23)) * T(0x1p-23));
}

}  // namespace krait::task::outlier
