// Stands in for CUDA's half: IEEE binary16, rounded to nearest, ties to even.
#pragma once
#include <simt/sixteen_bit.hpp>

struct __half {
  unsigned short bits;
  __half() = default;
  __half(float x) : bits(narrow(x)) {}
  __half(double x) : __half(static_cast<float>(x)) {}
  __half(int x) : __half(static_cast<float>(x)) {}
  operator float() const {
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    float size;
    if (exponent == 0)
      size = std::ldexp(static_cast<float>(mantissa), -24);
    else if (exponent == 31)
      size = mantissa ? std::bit_cast<float>(0x7FC00000u | static_cast<unsigned>(mantissa) << 13) : INFINITY;
    else
      size = std::ldexp(static_cast<float>(1024 + mantissa), exponent - 25);
    return bits & 0x8000 ? -size : size;
  }

 private:
  static unsigned short narrow(float x) {
    const unsigned short sign = std::signbit(x) ? 0x8000 : 0;
    if (std::isnan(x)) return 0x7FFF;
    const float size = std::fabs(x);
    if (size >= 65520) return sign | 0x7C00;
    // In units of the last place: the spacing of halves around this size.
    const int exponent = size < 0x1p-14f ? -14 : std::ilogb(size);
    const int units = static_cast<int>(std::nearbyint(std::ldexp(size, 10 - exponent)));
    return static_cast<unsigned short>(sign | (units + ((exponent + 14) << 10)));
  }
};
struct alignas(4) __half2 {
  __half x, y;
};
using half = __half;
using half2 = __half2;

inline __half __float2half(float x) { return x; }
inline __half __float2half_rn(float x) { return x; }
inline float __half2float(__half x) { return x; }
inline unsigned short __half_as_ushort(__half x) { return x.bits; }
inline __half __ushort_as_half(unsigned short bits) { return std::bit_cast<__half>(bits); }
inline __half2 __floats2half2_rn(float x, float y) { return {x, y}; }
inline __half2 __halves2half2(__half x, __half y) { return {x, y}; }
inline float2 __half22float2(__half2 v) { return {v.x, v.y}; }
inline float __low2float(__half2 v) { return v.x; }
inline float __high2float(__half2 v) { return v.y; }

SIMT_SIXTEEN_BIT(__half, __half2float, __float2half)

inline __half2 __hadd2(__half2 a, __half2 b) { return {a.x + b.x, a.y + b.y}; }
inline __half2 __hmul2(__half2 a, __half2 b) { return {a.x * b.x, a.y * b.y}; }
inline __half2 __hfma2(__half2 a, __half2 b, __half2 c) { return {__hfma(a.x, b.x, c.x), __hfma(a.y, b.y, c.y)}; }
