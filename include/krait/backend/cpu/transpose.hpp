// krait/backend/cpu/transpose.hpp: square tiles of vectors, rows to columns.
#pragma once
#include <krait/backend/cpu/simd.hpp>
#include <utility>

namespace krait::simd {

namespace detail {
/// Of every square of 2 Half rows and columns, the upper right quarter changes places with the lower left one.
template <int Half, class T, int... Lane>
[[gnu::always_inline]] inline void swap_quarters(vec<T>* rows, std::integer_sequence<int, Lane...> all_lanes) {
#pragma GCC unroll 16
  for (int i = 0; i < lanes<T>; ++i) {
    if (i & Half) continue;
    const vec<T> a = rows[i], b = rows[i + Half];
    rows[i] = shuffle<T, (Lane & Half ? lanes<T> + Lane - Half : Lane)...>(a, b);
    rows[i + Half] = shuffle<T, (Lane & Half ? lanes<T> + Lane : Lane + Half)...>(a, b);
  }
  if constexpr (Half > 1) swap_quarters<Half / 2, T>(rows, all_lanes);
}
}  // namespace detail

/// rows[i][l] and rows[l][i] change places, for as many rows as a vector has lanes.
template <class T> [[gnu::always_inline]] inline void transpose(vec<T>* rows) {
  detail::swap_quarters<lanes<T> / 2, T>(rows, std::make_integer_sequence<int, lanes<T>>{});
}

}  // namespace krait::simd
