// krait/core/config.hpp: what differs between compilers, in one place.
#pragma once

#if defined(__CUDACC__)
#define KRAIT_HOST_DEVICE __host__ __device__
#else
#define KRAIT_HOST_DEVICE
#endif

// Intrinsics are for the host's own compiler: nvcc's front end does not convert between kinds of vectors.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && !defined(__CUDACC__)
#define KRAIT_AVX512
#elif defined(__AVX__) && !defined(__CUDACC__)
#define KRAIT_AVX
#endif

// Code that needs no template can be compiled once for a whole build: CMake does so and defines KRAIT_COMPILED, then
// headers only declare it. Without that macro it is inline and comes with the headers.
#ifdef KRAIT_COMPILED
#define KRAIT_INLINE
#else
#define KRAIT_INLINE inline
#endif

namespace krait {

/// Smallest multiple of `Step` that is not below n.
KRAIT_HOST_DEVICE constexpr int round_up(int n, int step) { return (n + step - 1) / step * step; }

}  // namespace krait
