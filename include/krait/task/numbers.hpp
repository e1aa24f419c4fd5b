// krait/task/numbers.hpp: the random numbers of one prompt, and choices made from them. Plain loops: a device draws the
// same. Sums elsewhere in this room are doubles of products of floats, which are exact, so that no compiler's fused
// multiply-add changes a prompt.
#pragma once
#include <cmath>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/elementary.hpp>
#include <krait/core/random.hpp>

namespace krait::task {

/// normal() of this and the seven next addresses: Philox4x32-10 (core/random.hpp) in loops that a compiler turns into
/// vectors.
inline void eight_normals(draw at, float* to) {
  constexpr int n = 8;
  constexpr std::uint64_t low = 0xFFFFFFFFu;
  std::uint64_t a[n], b[n], c[n], d[n];
  for (int l = 0; l < n; ++l) {
    const std::uint64_t index = at.index + static_cast<std::uint64_t>(l);
    a[l] = index & low, b[l] = index >> 32, c[l] = at.stream, d[l] = 0;
  }
  std::uint32_t key0 = static_cast<std::uint32_t>(at.seed), key1 = static_cast<std::uint32_t>(at.seed >> 32);
  for (int round = 0; round < 10; ++round, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u)
    for (int l = 0; l < n; ++l) {
      const std::uint64_t x = a[l] * 0xD2511F53u, y = c[l] * 0xCD9E8D57u;
      a[l] = (y >> 32) ^ b[l] ^ key0, b[l] = y & low;
      c[l] = (x >> 32) ^ d[l] ^ key1, d[l] = x & low;
    }
  for (int l = 0; l < n; ++l) {
    const std::uint64_t from_0 = (b[l] << 32 | a[l]) >> 11, turn = (d[l] << 32 | c[l]) >> 11;
    to[l] = static_cast<float>(std::sqrt(-2 * elementary::log_of_53_bits((std::uint64_t{1} << 53) - from_0)) *
                               elementary::cos_of_turns(turn));
  }
}

/// Numbers 0, 1, ... of one prompt. A task says how many a prompt takes.
struct prompt_numbers {
  draw from;
  std::uint64_t first = 0;  // address of number 0

  /// Of prompt number `prompt`, where each prompt takes `room` numbers.
  KRAIT_HOST_DEVICE static prompt_numbers of(draw at, std::uint64_t prompt, std::uint64_t room) {
    return {at, prompt * room};
  }
  KRAIT_HOST_DEVICE prompt_numbers after(int count) const { return {from, first + static_cast<std::uint64_t>(count)}; }
  KRAIT_HOST_DEVICE draw at(int k) const { return from.with_index(first + static_cast<std::uint64_t>(k)); }
  KRAIT_HOST_DEVICE float normal(int k) const { return static_cast<float>(krait::normal(at(k))); }
  /// Normals first .. first + count - 1; on the host eight at a time.
  KRAIT_HOST_DEVICE void normals(int first, int count, float* to) const {
#ifdef __CUDA_ARCH__
    for (int i = 0; i < count; ++i) to[i] = normal(first + i);
#else
    float eight[8];
    for (int i = 0; i < count; i += 8) {
      eight_normals(at(first + i), eight);
      for (int l = 0; l < 8; ++l)
        if (i + l < count) to[i + l] = eight[l];
    }
#endif
  }
  KRAIT_HOST_DEVICE double uniform(int k) const { return krait::uniform(at(k)); }
  /// In 0 .. n - 1.
  KRAIT_HOST_DEVICE int below(int k, int n) const {
    return static_cast<int>(integer(at(k), static_cast<std::uint64_t>(n)));
  }
};

/// `count` different ones of 0 .. n - 1 in random order, by Floyd's method and a shuffle (Bentley & Floyd 1987). Takes
/// numbers 0 .. 2 count - 1.
KRAIT_HOST_DEVICE inline void choose(const prompt_numbers& numbers, int n, int count, int* to) {
  for (int i = 0; i < count; ++i) {
    const int last = n - count + i, candidate = numbers.below(i, last + 1);
    bool taken = false;
    for (int j = 0; j < i; ++j) taken = taken || to[j] == candidate;
    to[i] = taken ? last : candidate;
  }
  for (int i = count - 1; i > 0; --i) {
    const int j = numbers.below(count + i, i + 1), kept = to[i];
    to[i] = to[j];
    to[j] = kept;
  }
}

/// <a, b> of n floats.
KRAIT_HOST_DEVICE inline double dot(const float* a, const float* b, int n) {
  double sum = 0;
  for (int i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace krait::task
