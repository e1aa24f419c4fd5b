// krait/backend/cpu/simd.hpp: vectors of the processor that compiles this, as GCC vector types (g++ and clang), with
// the few functions that the language lacks. Chosen over Highway and xsimd because the polynomial exp2 below, which
// bounds the scan, has to be our own in any case (theirs are half as fast), and everything else is plain arithmetic.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <krait/core/config.hpp>
#include <limits>
#include <type_traits>
#include <utility>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace krait::simd {

#if defined(__AVX512F__) && defined(__AVX512DQ__)
inline constexpr int bytes = 64;
#elif defined(__AVX__)
inline constexpr int bytes = 32;
#else
inline constexpr int bytes = 16;
#endif

template <class T> inline constexpr int lanes = bytes / static_cast<int>(sizeof(T));

namespace detail {
template <class T> struct vector;
template <> struct vector<float> { typedef float type __attribute__((vector_size(bytes))); };
template <> struct vector<double> { typedef double type __attribute__((vector_size(bytes))); };
template <> struct vector<std::int32_t> { typedef std::int32_t type __attribute__((vector_size(bytes))); };
}  // namespace detail

template <class T> using vec = typename detail::vector<T>::type;

template <class T> [[gnu::always_inline]] inline vec<T> load(const T* p) {
  vec<T> v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class T> [[gnu::always_inline]] inline void store(T* p, vec<T> v) { std::memcpy(p, &v, sizeof v); }
/// All lanes x. (`vec{} + x` would be a real addition: it is not an identity for -0.)
template <class T> [[gnu::always_inline]] inline vec<T> all(T x) { return x - vec<T>{}; }

/// The first n lanes, the others zero; reads nothing beyond them.
template <class T> [[gnu::always_inline]] inline vec<T> load_first(const T* p, int n) {
#ifdef KRAIT_AVX512
  if constexpr (std::is_same_v<T, float>)
    return reinterpret_cast<vec<T>>(_mm512_maskz_loadu_ps(static_cast<__mmask16>((1u << n) - 1u), p));
#endif
  vec<T> v{};
  std::memcpy(&v, p, static_cast<std::size_t>(n) * sizeof(T));
  return v;
}
/// Writes the first n lanes only.
template <class T> [[gnu::always_inline]] inline void store_first(T* p, vec<T> v, int n) {
#ifdef KRAIT_AVX512
  if constexpr (std::is_same_v<T, float>) {
    _mm512_mask_storeu_ps(p, static_cast<__mmask16>((1u << n) - 1u), reinterpret_cast<__m512>(v));
    return;
  }
#endif
  std::memcpy(p, &v, static_cast<std::size_t>(n) * sizeof(T));
}

/// Lane-wise maximum; the second operand where either is NaN. (A ternary becomes compare and blend with GCC.)
template <class T> [[gnu::always_inline]] inline vec<T> max(vec<T> a, vec<T> b) {
#ifdef KRAIT_AVX512
  if constexpr (std::is_same_v<T, float>)
    return reinterpret_cast<vec<T>>(  // (the unmasked form makes GCC 12 warn of its own undefined operand)
        _mm512_maskz_max_ps(0xFFFF, reinterpret_cast<__m512>(a), reinterpret_cast<__m512>(b)));
#elif defined(KRAIT_AVX)
  if constexpr (std::is_same_v<T, float>)
    return reinterpret_cast<vec<T>>(_mm256_max_ps(reinterpret_cast<__m256>(a), reinterpret_cast<__m256>(b)));
#endif
  return a > b ? a : b;
}
template <class T> [[gnu::always_inline]] inline vec<T> min(vec<T> a, vec<T> b) { return -max<T>(-a, -b); }
/// |a|.
[[gnu::always_inline]] inline vec<float> abs(vec<float> a) {
  return reinterpret_cast<vec<float>>(reinterpret_cast<vec<std::int32_t>>(a) & 0x7FFFFFFF);
}

namespace detail {
/// Lane l: a[Lane[l]], where b's lanes are numbered after a's.
template <class T, int... Lane> [[gnu::always_inline]] inline vec<T> shuffle(vec<T> a, vec<T> b) {
#ifdef __CUDACC__  // whose front end does not expand the pack
  constexpr int from[] = {Lane...};
  vec<T> v{};
  for (int l = 0; l < lanes<T>; ++l) v[l] = from[l] < lanes<T> ? a[from[l]] : b[from[l] - lanes<T>];
  return v;
#else
  return __builtin_shufflevector(a, b, Lane...);
#endif
}
/// v[l] + v[l ^ Half] in every lane, and so on down to Half = 1.
template <int Half, class T, int... Lane>
[[gnu::always_inline]] inline vec<T> fold_halves(vec<T> v, std::integer_sequence<int, Lane...> all_lanes) {
  v += shuffle<T, (Lane ^ Half)...>(v, v);
  if constexpr (Half > 1) return fold_halves<Half / 2, T>(v, all_lanes);
  return v;
}
}  // namespace detail

/// Sum over lanes, pairwise from the middle: a fixed order.
template <class T> [[gnu::always_inline]] inline T sum(vec<T> v) {
  return detail::fold_halves<lanes<T> / 2, T>(v, std::make_integer_sequence<int, lanes<T>>{})[0];
}

namespace detail {
/// Lane l: a[l] + a[l ^ Step] where bit Step of l is 0, else b[l] + b[l ^ Step].
template <int Step, class T, int... Lane>
[[gnu::always_inline]] inline vec<T> fold_two(vec<T> a, vec<T> b, std::integer_sequence<int, Lane...>) {
  constexpr int n = lanes<T>;
  return shuffle<T, ((Lane & Step) ? Lane + n : Lane)...>(a, b) +
         shuffle<T, ((Lane & Step) ? (Lane ^ Step) + n : Lane ^ Step)...>(a, b);
}
/// The sums of lanes<T> vectors, as one vector; v is overwritten.
template <class T, int Step = 1> [[gnu::always_inline]] inline vec<T> fold_all(vec<T>* v) {
  if constexpr (Step == lanes<T>) {
    return v[0];
  } else {
#pragma GCC unroll 8
    for (int i = 0; i < lanes<T> / (2 * Step); ++i)
      v[i] = fold_two<Step, T>(v[2 * i], v[2 * i + 1], std::make_integer_sequence<int, lanes<T>>{});
    return fold_all<T, 2 * Step>(v);
  }
}
}  // namespace detail

/// to[i] = sum over the lanes of from[i], for many vectors at once: three instructions each.
template <class T> inline void sums(const vec<T>* from, int count, T* to) {
  int i = 0;
  for (; i + lanes<T> <= count; i += lanes<T>) {
    vec<T> group[lanes<T>];
    for (int l = 0; l < lanes<T>; ++l) group[l] = from[i + l];
    store(to + i, detail::fold_all<T>(group));
  }
  for (; i < count; ++i) to[i] = sum<T>(from[i]);
}

/// 2^x for x <= 127; below -126 it is 2^-126 or 0, as the processor makes it. Degree 5 on [-1/2, 1/2] by Horner's rule:
/// relative error 2.5 ulp. Enough for decays and gates; exp() is for users that ask for an exponential.
[[gnu::always_inline]] inline vec<float> exp2(vec<float> x) {
#ifdef KRAIT_AVX512
  const vec<float> f = reinterpret_cast<vec<float>>(  // (x - round(x) is one instruction where round(x) alone is two)
      _mm512_maskz_reduce_ps(0xFFFF, reinterpret_cast<__m512>(x), _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
  const vec<float> n = x - f;
#else
  x = max<float>(all(-126.f), x);            // (in this order a NaN passes)
  const vec<float> magic = all(12582912.f);  // 1.5 * 2^23: the sum's low bits are round(x)
  const vec<float> r = x + magic;
  const vec<std::int32_t> exponent = reinterpret_cast<vec<std::int32_t>>(r) << 23;
  const vec<float> f = x - (r - magic);
#endif
  vec<float> p = f * 1.327647129e-3f + 9.675540961e-3f;
  p = p * f + 5.550713092e-2f;
  p = p * f + 0.2402212024f;
  p = p * f + 0.693146944f;
  p = p * f + 1.0000001f;
#ifdef KRAIT_AVX512
  return reinterpret_cast<vec<float>>(
      _mm512_maskz_scalef_ps(0xFFFF, reinterpret_cast<__m512>(p), reinterpret_cast<__m512>(n)));
#else
  return reinterpret_cast<vec<float>>(reinterpret_cast<vec<std::int32_t>>(p) + exponent);
#endif
}

inline constexpr float log2_e = 1.44269504f;

/// e^x within 2 ulp over [-87, 88], clamped outside: log2(e) in two parts, degree 6.
[[gnu::always_inline]] inline vec<float> exp(vec<float> x) {
  x = min<float>(all(88.7f), max<float>(all(-87.3f), x));
  const vec<float> magic = all(12582912.f);
  const vec<float> r = x * log2_e + magic;
  const vec<std::int32_t> exponent = reinterpret_cast<vec<std::int32_t>>(r) << 23;
  const vec<float> n = r - magic;
  const vec<float> f = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // ln 2 in two parts (Cody & Waite)
  vec<float> p = f * 1.39411088e-3f + 8.3751264e-3f;
  p = p * f + 4.16663529e-2f;
  p = p * f + 0.166664155f;
  p = p * f + 0.5f;
  p = p * f + 1.f;
  p = p * f + 1.f;
  return reinterpret_cast<vec<float>>(reinterpret_cast<vec<std::int32_t>>(p) + exponent);
}

/// 1 / x within 1 ulp for |x| in [2^-125, 2^126]: where divisions of wide vectors are slow, an estimate and a Newton
/// step.
[[gnu::always_inline]] inline vec<float> reciprocal(vec<float> x) {
#ifdef KRAIT_AVX512
  const vec<float> r = reinterpret_cast<vec<float>>(_mm512_maskz_rcp14_ps(0xFFFF, reinterpret_cast<__m512>(x)));
  return r + r * (1.f - x * r);
#else
  return 1.f / x;
#endif
}

/// 1 / (1 + e^-x).
[[gnu::always_inline]] inline vec<float> sigmoid(vec<float> x) {
  return reciprocal(1.f + exp2(min<float>(all(125.f), x * -log2_e)));
}

/// log(1 + e^x) = max(x, 0) + 2 artanh(s), s = u / (2 + u), u = e^-|x|: log(1 + u) itself would lose three digits of a
/// small delta. The polynomial in s^2 is within 3e-9 on [0, 1/3]. Its slope, sigmoid(x), costs one division more.
[[gnu::always_inline]] inline vec<float> softplus(vec<float> x, vec<float>* slope = nullptr) {
  const vec<float> u = exp2(abs(x) * -log2_e);
  const vec<float> s = u * reciprocal(2.f + u), q = s * s;
  const vec<float> p = (q * 0.281577785f + 0.279651577f) * (q * q) * q + ((q * 0.400245952f + 0.666663216f) * q + 2.f);
  if (slope) *slope = (x > 0.f ? all(1.f) : u) * reciprocal(1.f + u);
  return max<float>(vec<float>{}, x) + s * p;
}

// Double precision is for checks and small exact studies: lane by lane through the C library.
namespace detail {
template <class F> [[gnu::always_inline]] inline vec<double> each_lane(vec<double> x, F f) {
  for (int i = 0; i < lanes<double>; ++i) x[i] = f(x[i]);
  return x;
}
}  // namespace detail
inline vec<double> exp2(vec<double> x) {
  return detail::each_lane(x, [](double a) { return std::exp2(a); });
}
inline vec<double> exp(vec<double> x) {
  return detail::each_lane(x, [](double a) { return std::exp(a); });
}
inline vec<double> sigmoid(vec<double> x) {
  return detail::each_lane(x, [](double a) { return 1 / (1 + std::exp(-a)); });
}
inline vec<double> softplus(vec<double> x, vec<double>* slope = nullptr) {
  if (slope) *slope = sigmoid(x);
  return detail::each_lane(x, [](double a) { return a > 0 ? a + std::log1p(std::exp(-a)) : std::log1p(std::exp(a)); });
}

}  // namespace krait::simd
