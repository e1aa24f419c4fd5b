// krait/core/rows.hpp: what flows between layers: one row of features a token, and which tokens make a sequence.
#pragma once
#include <cstdint>
#include <krait/core/config.hpp>
#include <type_traits>

namespace krait {

/// The greatest batch a buffer is laid out for; the actual one is a run-time value up to it.
struct capacity {
  int sequences = 1;
  int length = 1;  // tokens a sequence
  constexpr int tokens() const { return sequences * length; }
  bool operator==(const capacity&) const = default;
};

/// How rows divide into sequences: `count` of `length` tokens each, sequence by sequence.
/// `starts` and `keep`, where given, hold a byte a token (tokens() of them).
struct sequences {
  int count = 0;
  int length = 0;
  const std::uint8_t* starts = nullptr;  // 1: a packed text begins here, all state is reset before this token
  const std::uint8_t* keep = nullptr;    // 0: masked token, it leaves every state alone and puts out zero
  KRAIT_HOST_DEVICE constexpr int tokens() const { return count * length; }
};

/// Scalars from one row to the next. A multiple of 16, and never of 64: with strides that are powers of two the rows of
/// a tile fall into the same sets of the first cache (a product of weights' gradients loses a fifth of its speed).
KRAIT_HOST_DEVICE constexpr int row_stride(int width) {
  const int wide = round_up(width, 16);
  return wide % 64 == 0 ? wide + 16 : wide;
}

/// View of (tokens, Width) scalars with a compile-time stride: columns of wider rows are rows too.
template <class T, int Width, int Stride = row_stride(Width)> struct rows {
  static_assert(Width <= Stride, "rows: a row is wider than its stride");
  using value_type = T;
  static constexpr int width = Width, stride = Stride;
  T* data = nullptr;
  sequences of;

  KRAIT_HOST_DEVICE int tokens() const { return of.tokens(); }
  KRAIT_HOST_DEVICE T* operator[](int token) const { return data + static_cast<std::ptrdiff_t>(token) * Stride; }
  /// Columns First .. First + Count - 1 of the same tokens.
  template <int First, int Count> KRAIT_HOST_DEVICE rows<T, Count, Stride> columns() const {
    static_assert(First + Count <= Width, "rows: columns beyond the row");
    return {data + First, of};
  }
  /// To rows that are only read.
  template <class U>
  requires(std::is_same_v<U, const T> && !std::is_const_v<T>) KRAIT_HOST_DEVICE operator rows<U, Width, Stride>()
      const {
    return {data, of};
  }
};

/// Rows that are only read, where a template would not convert them.
template <class T, int Width, int Stride>
KRAIT_HOST_DEVICE rows<const T, Width, Stride> constant(rows<T, Width, Stride> r) {
  return r;
}

/// Token ids, (tokens).
using ids = rows<const std::int32_t, 1, 1>;

/// Storage behind rows, for any batch up to Cap.
template <class T, capacity Cap, int Width> struct alignas(64) activations {
  static constexpr int stride = row_stride(Width);
  T data[static_cast<std::size_t>(Cap.tokens()) * stride];
  KRAIT_HOST_DEVICE rows<T, Width> of(sequences s) { return {data, s}; }
  KRAIT_HOST_DEVICE rows<const T, Width> of(sequences s) const { return {data, s}; }
};

}  // namespace krait
