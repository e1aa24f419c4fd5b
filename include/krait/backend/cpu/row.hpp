// krait/backend/cpu/row.hpp: walking over a row of compile-time width in vectors, and reductions over lanes.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/backend/cpu/simd.hpp>
#include <krait/core/config.hpp>
#include <krait/core/rows.hpp>
#include <type_traits>

namespace krait::simd {

/// How many lanes of a vector are meant; a type, so that the compiler sees it.
template <int N> using part = std::integral_constant<int, N>;

template <class T, int N> [[gnu::always_inline]] inline vec<T> load(const T* p, part<N>) {
  if constexpr (N == lanes<T>)
    return load(p);
  else
    return load_first(p, N);
}
template <class T, int N> [[gnu::always_inline]] inline void store(T* p, vec<T> v, part<N>) {
  if constexpr (N == lanes<T>)
    store(p, v);
  else
    store_first(p, v, N);
}

/// Calls f(column, part) for each vector of a row of Width scalars; only the last part may be short.
template <class T, int Width, class F> [[gnu::always_inline]] inline void each_part(F&& f) {
  constexpr int whole = Width / lanes<T> * lanes<T>;
  for (int j = 0; j < whole; j += lanes<T>) f(j, part<lanes<T>>{});
  if constexpr (whole < Width) f(whole, part<Width - whole>{});
}

/// Asks the caches for V vectors, from a column on, of row t of all these, of the first or last row where there is no
/// row t: the steps of a walk down a column are too long for the processor to foresee.
template <int V, class T, int Width, int Stride, class... Rest>
[[gnu::always_inline]] inline void prefetch(int t, int column, rows<T, Width, Stride> first, Rest... rest) {
  t = std::clamp(t, 0, first.of.tokens() - 1);
#pragma GCC unroll 2
  for (int v = 0; v < V; ++v, column += lanes<std::remove_const_t<T>>) {
    __builtin_prefetch(first[t] + column);
    (__builtin_prefetch(rest[t] + column), ...);
  }
}

/// {0, 1, 2, ...} in the lanes.
template <class T> [[gnu::always_inline]] inline vec<T> lane_numbers() {
  vec<T> v{};
  for (int i = 0; i < lanes<T>; ++i) v[i] = T(i);
  return v;
}

/// The greatest of a row of Width scalars.
template <int Width, class T> [[gnu::always_inline]] inline T row_max(const T* x) {
  T lane[lanes<T>] = {x[0]};
  if constexpr (Width >= lanes<T>) {
    vec<T> top = load(x);
    for (int i = lanes<T>; i + lanes<T> <= Width; i += lanes<T>) top = max<T>(top, load(x + i));
    if constexpr (Width % lanes<T> != 0) top = max<T>(top, load(x + Width - lanes<T>));  // overlaps the one before
    store(lane, top);
  } else {
    for (int i = 0; i < lanes<T>; ++i) lane[i] = x[i < Width ? i : 0];
  }
  for (int half = lanes<T> / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) lane[i] = std::max(lane[i], lane[i + half]);
  return lane[0];
}

/// Where the greatest of a row stands first.
template <int Width, class T> inline int row_argmax(const T* x) {
  const auto at = static_cast<int>(std::find(x, x + Width, row_max<Width>(x)) - x);
  return at < Width ? at : 0;  // (of NaN there is none)
}

/// Square root of each lane.
template <class T> [[gnu::always_inline]] inline vec<T> sqrt(vec<T> v) {
#ifdef KRAIT_AVX512
  if constexpr (std::is_same_v<T, float>)
    return reinterpret_cast<vec<T>>(_mm512_maskz_sqrt_ps(0xFFFF, reinterpret_cast<__m512>(v)));
#elif defined(KRAIT_AVX)
  if constexpr (std::is_same_v<T, float>) return reinterpret_cast<vec<T>>(_mm256_sqrt_ps(reinterpret_cast<__m256>(v)));
#endif
  for (int i = 0; i < lanes<T>; ++i) v[i] = std::sqrt(v[i]);
  return v;
}

}  // namespace krait::simd
