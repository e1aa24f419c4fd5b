// krait/core/config.hpp: what differs between compilers, in one place.
#pragma once

#if defined(__CUDACC__)
#define KRAIT_HOST_DEVICE __host__ __device__
#else
#define KRAIT_HOST_DEVICE
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
constexpr int round_up(int n, int step) { return (n + step - 1) / step * step; }

}  // namespace krait
