// krait/task/numbers.hpp: the random numbers of one prompt, and choices made from them. Plain loops: a device draws the
// same. Sums elsewhere in this room are doubles of products of floats, which are exact, or fused by name: no compiler's
// choice of a fused multiply-add changes a prompt.
#pragma once
#include <cmath>
#include <cstdint>
#include <krait/core/config.hpp>
#include <krait/core/elementary.hpp>
#include <krait/core/random.hpp>
#include <krait/task/outlier/random_lanes.hpp>

namespace krait::task {

/// normal() of this and the next addresses: Philox4x32-10 (core/random.hpp) in loops that compilers turn into vectors
/// (the square root, for whose sake they keep errno, stands apart).
inline constexpr int normals_together = 8;
inline void draw_normals(draw at, float* to) {
  constexpr int n = normals_together;
  outlier::random_words<n> words;
  outlier::draw_lanes<n>(at, at.index, 1, words);
  double square[n], cosine[n];
  for (int l = 0; l < n; ++l) {
    const std::uint64_t from_0 = krait::detail::word(words.word[0][l], words.word[1][l]) >> 11;
    square[l] = -2 * elementary::log_of_53_bits((std::uint64_t{1} << 53) - from_0);
  }
  for (int l = 0; l < n; ++l)
    cosine[l] = elementary::cos_of_turns(krait::detail::word(words.word[2][l], words.word[3][l]) >> 11);
  for (int l = 0; l < n; ++l) to[l] = static_cast<float>(std::sqrt(square[l]) * cosine[l]);
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
  /// Normals first .. first + count - 1; on the host several at a time.
  KRAIT_HOST_DEVICE void normals(int first, int count, float* to) const {
#ifdef __CUDA_ARCH__
    for (int i = 0; i < count; ++i) to[i] = normal(first + i);
#else
    float some[normals_together];
    for (int i = 0; i < count; i += normals_together) {
      draw_normals(at(first + i), some);
      for (int l = 0; l < normals_together && i + l < count; ++l) to[i + l] = some[l];
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
