// benchmarks/limits.hpp: what this machine can do at best: fp32 multiply-add peak, vectorised exp rate, memory
// bandwidth. Plain GCC vector types sized by the target (build with -march=native). Every number is the best of many
// short windows.
#pragma once
#if defined(__linux__)
#include <sys/mman.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <thread>
#include <vector>
#if defined(__AVX512F__) || defined(__AVX2__) || defined(__SSE2__)
#include <immintrin.h>
#endif

namespace limits {

#if defined(__AVX512F__)
inline constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int vector_bytes = 32;
#else
inline constexpr int vector_bytes = 16;
#endif
inline constexpr int lanes = vector_bytes / 4;
using floats = float __attribute__((vector_size(vector_bytes)));
using ints = std::int32_t __attribute__((vector_size(vector_bytes)));

inline floats broadcast(float x) { return x - floats{}; }  // `x + floats{}` is no identity for -0 and costs an add
inline floats load(const float* p) {
  floats v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(float* p, floats v) { std::memcpy(p, &v, sizeof v); }

inline floats max(floats a, floats b) {  // the ternary form would be a compare and a blend
#if defined(__AVX512F__)
  return (floats)_mm512_maskz_max_ps(0xFFFF, (__m512)a, (__m512)b);  // maskz: the plain forms warn in GCC 12
#elif defined(__AVX2__)
  return (floats)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__SSE2__)
  return (floats)_mm_max_ps((__m128)a, (__m128)b);
#else
  return a > b ? a : b;
#endif
}

/// Makes the compiler forget what it knows of a value.
inline void hide(floats& v) {
#if defined(__AVX512F__)
  asm volatile("" : "+v"(v));
#elif defined(__SSE2__)
  asm volatile("" : "+x"(v));
#else
  asm volatile("" : "+m"(v));
#endif
}

/// 2^x for x <= 127 to about 2.5 units in the last place; degree 5, no special cases.
inline floats exp2(floats x) {
#if defined(__AVX512F__)
  const floats whole =
      (floats)_mm512_maskz_roundscale_ps(0xFFFF, (__m512)x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const floats f = x - whole;
#else
  x = max(x, broadcast(-126.f));
  const floats magic = broadcast(12582912.f);  // 1.5 * 2^23: adding it rounds to a whole number
  const floats shifted = x + magic;
  const floats f = x - (shifted - magic);
#endif
  floats p = f * 1.327647129e-3f + 9.675540961e-3f;
  p = p * f + 5.550713092e-2f;
  p = p * f + 0.2402212024f;
  p = p * f + 0.693146944f;
  p = p * f + 1.0000001f;
#if defined(__AVX512F__)
  return (floats)_mm512_maskz_scalef_ps(0xFFFF, (__m512)p, (__m512)whole);
#else
  return (floats)((ints)p + ((ints)shifted << 23));
#endif
}

/// Nanoseconds of the best window: all threads start together, the window ends with the last; work(thread) is one
/// window.
template <class Work> double best_window(int threads, double seconds, Work work) {
  using clock = std::chrono::steady_clock;
  std::atomic<int> waiting{0};
  std::atomic<bool> done{false};
  double best = 1e300;
  const auto until = clock::now() + std::chrono::duration<double>(seconds);
  const auto meet = [&, phase = 0]() mutable {  // a spinning barrier: sleeping would let the clock fall
    ++phase;
    ++waiting;
    while (waiting.load() < phase * threads) {
#if defined(__SSE2__)
      _mm_pause();
#endif
    }
  };
  const auto body = [&](int thread) {
    auto barrier = meet;
    while (true) {
      barrier();
      if (done) return;
      const auto start = clock::now();
      work(thread);
      barrier();
      if (thread == 0) {
        best = std::min(best, std::chrono::duration<double, std::nano>(clock::now() - start).count());
        done = clock::now() > until;
      }
    }
  };
  std::vector<std::thread> others;
  for (int t = 1; t < threads; ++t) others.emplace_back(body, t);
  body(0);
  for (auto& other : others) other.join();
  return best;
}

/// fp32 multiply-adds in independent chains; GF/s of all threads together (2 flop a lane).
inline double fma_gflops(int threads, double seconds = 0.3) {
  constexpr int chains = vector_bytes == 64 ? 24 : 12, rounds = 20000;
  const auto work = [](int) {
    floats sum[chains];
    for (auto& s : sum) s = floats{}, hide(s);  // else equal chains become one
    floats a = broadcast(0.999f), b = broadcast(1e-3f);
    hide(a), hide(b);
    for (int r = 0; r < rounds; ++r) {
#pragma GCC unroll 24
      for (int i = 0; i < chains; ++i) sum[i] = sum[i] * a + b;
    }
    for (auto& s : sum) hide(s);
  };
  return 2.0 * lanes * chains * rounds * threads / best_window(threads, seconds, work);
}

inline constexpr std::size_t page = std::size_t{2} << 20;
struct aligned_free {
  void operator()(float* p) const { ::operator delete[](p, std::align_val_t{page}); }
};
using buffer = std::unique_ptr<float[], aligned_free>;
inline buffer make_buffer(std::size_t count, float value) {
  buffer made{static_cast<float*>(::operator new[](count * sizeof(float), std::align_val_t{page}))};
#if defined(__linux__)
  madvise(made.get(), count * sizeof(float), MADV_HUGEPAGE);  // else page walks bound the larger sizes
#endif
  std::fill_n(made.get(), count, value);
  return made;
}

/// exp2 of an array in the first cache: billions of values per second of all threads together.
inline double exp_rate(int threads, double seconds = 0.3) {
  constexpr int count = 2048, rounds = 64;
  std::vector<buffer> in, out;
  for (int t = 0; t < threads; ++t) in.push_back(make_buffer(count, -0.7f)), out.push_back(make_buffer(count, 0.f));
  const auto work = [&](int thread) {
    for (int r = 0; r < rounds; ++r) {
      const float* x = in[std::size_t(thread)].get();
      float* y = out[std::size_t(thread)].get();
#pragma GCC unroll 4
      for (int i = 0; i < count; i += lanes) store(y + i, exp2(load(x + i)));
      asm volatile("" : : "r"(x), "r"(y) : "memory");
    }
  };
  return double(count) * rounds * threads / best_window(threads, seconds, work);
}

/// Reading `bytes` per thread again and again: GB/s of all threads together.
inline double read_gbs(std::size_t bytes, int threads, double seconds = 0.3) {
  const std::size_t count = bytes / sizeof(float);
  std::vector<buffer> in;
  for (int t = 0; t < threads; ++t) in.push_back(make_buffer(count, 1.f));
  const std::size_t rounds = std::max<std::size_t>(1, (std::size_t{1} << 21) / bytes);
  const auto work = [&](int thread) {
    const float* x = in[std::size_t(thread)].get();
    floats sum[8] = {};
    for (std::size_t r = 0; r < rounds; ++r)
      for (std::size_t i = 0; i < count; i += 8 * lanes)
#pragma GCC unroll 8
        for (std::size_t j = 0; j < 8; ++j) sum[j] += load(x + i + j * lanes);
    for (auto& s : sum) hide(s);
  };
  return double(bytes) * double(rounds) * threads / best_window(threads, seconds, work);
}

/// Copying between two halves of `bytes` per thread: GB/s read plus written, of all threads together.
inline double copy_gbs(std::size_t bytes, int threads, double seconds = 0.3) {
  const std::size_t count = bytes / sizeof(float) / 2;
  std::vector<buffer> in, out;
  for (int t = 0; t < threads; ++t) in.push_back(make_buffer(count, 1.f)), out.push_back(make_buffer(count, 0.f));
  const std::size_t rounds = std::max<std::size_t>(1, (std::size_t{1} << 21) / bytes);
  const auto work = [&](int thread) {
    const float* x = in[std::size_t(thread)].get();
    float* y = out[std::size_t(thread)].get();
    for (std::size_t r = 0; r < rounds; ++r) {
      for (std::size_t i = 0; i < count; i += 4 * lanes)
#pragma GCC unroll 4
        for (std::size_t j = 0; j < 4; ++j) store(y + i + j * lanes, load(x + i + j * lanes));
      asm volatile("" : : "r"(x), "r"(y) : "memory");
    }
  };
  return double(bytes) * double(rounds) * threads / best_window(threads, seconds, work);
}

}  // namespace limits
