// tests/cuda_testing.hpp: what the tests of CUDA kernels share. Compiled by nvcc they run on a device; without one, g++
// compiles them with the headers in simt/include, which run the threads of a block as fibers (simt/README.md).
//
// Includes testing.hpp, whose problems and tables then lie in memory that host and device share: the same test body
// serves every backend.
#pragma once
#include <cuda_runtime.h>

#include <cstdint>
#include <krait/backend/cuda.cuh>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#ifdef SIMT_HARNESS
namespace krait::backend {
SIMT_DYNAMIC_SHARED(unsigned char, dynamic_shared_bytes);
}
#endif

namespace krait::testing {

/// Allocates memory that the host and the device see.
template <class T> struct shared_memory {
  using value_type = T;
  shared_memory() = default;
  template <class U> shared_memory(const shared_memory<U>&) {}
  T* allocate(std::size_t count) {
    T* made = nullptr;
    backend::check(cudaMallocManaged(&made, count * sizeof(T)), "cudaMallocManaged");
    return made;
  }
  void deallocate(T* memory, std::size_t) { cudaFree(memory); }
  bool operator==(const shared_memory&) const = default;
};
#define KRAIT_TESTING_MEMORY ::krait::testing::shared_memory

#ifdef SIMT_HARNESS
/// Orders of a block's threads: ascending, descending, and random ones. A race detector needs one only.
inline const std::vector<std::uint64_t> orders =
    simt::sanitizers::race ? std::vector<std::uint64_t>{2} : std::vector<std::uint64_t>{0, 1, 2, 3, 4};
#endif

/// f() with every order of threads that the harness knows; once on a device.
template <class F> void in_every_order(F&& f) {
#ifdef SIMT_HARNESS
  for (const auto seed : orders) {
    simt::options().seed = seed;
    f();
  }
#else
  f();
#endif
}

/// Whether a test looks at rows of T: a race does not hang on the type of a number, and the types double the time that
/// ThreadSanitizer's tests take to compile.
#ifdef SIMT_HARNESS
template <class T> inline constexpr bool looks_at = !simt::sanitizers::race || std::is_same_v<T, float>;
#else
template <class T> inline constexpr bool looks_at = true;
#endif

}  // namespace krait::testing

#include "testing.hpp"

namespace krait::testing {

/// The device, with 64 MiB of scratch memory.
template <> inline backend::cuda& on<backend::cuda>() {
  static array<std::byte> scratch(std::size_t{1} << 26);
  static array<double> sum(1);
  static array<std::byte> workspace(std::size_t{1} << 20);
  static backend::products product(workspace.data(), workspace.size());
  static backend::cuda one{.scratch = {scratch.data(), scratch.size()}, .product = &product, .sum = sum.data()};
  return one;
}
template <> inline void settle<backend::cuda>() { backend::check(cudaDeviceSynchronize(), "cudaDeviceSynchronize"); }

}  // namespace krait::testing
