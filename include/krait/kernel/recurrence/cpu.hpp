// krait/kernel/recurrence/cpu.hpp: a vector at a time.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/kernel/linear/cpu.hpp>
#include <krait/kernel/recurrence/host.hpp>

namespace krait::kernel {
namespace detail {
struct vectors_of_numbers {
  template <class T> using value = simd::vec<T>;
  template <class T, int Width, class F> [[gnu::always_inline]] static void each(F&& f) {
    simd::each_part<T, Width>(f);
  }
  template <class T, int N> [[gnu::always_inline]] static simd::vec<T> load(const T* p, simd::part<N> n) {
    return simd::load(p, n);
  }
  template <class T, class V, int N> [[gnu::always_inline]] static void store(T* p, V v, simd::part<N> n) {
    simd::store<T>(p, v, n);
  }
  [[gnu::always_inline]] static simd::vec<float> sigmoid(simd::vec<float> x) { return simd::sigmoid(x); }
  static simd::vec<double> sigmoid(simd::vec<double> x) { return simd::sigmoid(x); }
  /// 2 sigmoid(2 x) - 1.
  [[gnu::always_inline]] static simd::vec<float> tanh(simd::vec<float> x) { return 2.f * sigmoid(2.f * x) - 1.f; }
  static simd::vec<double> tanh(simd::vec<double> x) { return 2. * sigmoid(2. * x) - 1.; }
};
}  // namespace detail

template <class Cell, int Width>
struct recurrence<backend::cpu, Cell, Width>
    : detail::recurrence_on_host<backend::cpu, detail::vectors_of_numbers, Cell, Width> {};

}  // namespace krait::kernel
