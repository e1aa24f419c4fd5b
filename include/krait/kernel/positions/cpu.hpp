// krait/kernel/positions/cpu.hpp: a row at a time, in vectors.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/positions/positions.hpp>

namespace krait::kernel {

template <int Length, int Width> struct positions<backend::cpu, Length, Width> {
  template <class T, int SX, int SY>
  static void forward(backend::cpu&, const tensor<T, Length, Width>& weight, rows<const T, Width, SX> x,
                      rows<T, Width, SY> y, position_states states = {}) {
    detail::each_position<Length>(x.of, states, [&](int t, int p) {
      const T *from = x[t], *more = p == detail::no_position ? nullptr : weight.data + p * Width;
      T* to = y[t];
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> v = simd::load(from + i, n);
        simd::store(to + i, more ? v + simd::load(more + i, n) : v, n);
      });
    });
  }
  template <class T, int SDy, int SDx>
  static void backward(backend::cpu&, rows<const T, Width, SDy> dy, rows<T, Width, SDx> dx,
                       tensor<T, Length, Width>& dweight, const int* initial = nullptr) {
    detail::each_position<Length>(dy.of, {initial}, [&](int t, int p) {
      const T* from = dy[t];
      T *to = dx[t], *sum = p == detail::no_position ? nullptr : dweight.data + p * Width;
      simd::each_part<T, Width>([&](int i, auto n) {
        const simd::vec<T> v = simd::load(from + i, n);
        if (sum) simd::store(sum + i, simd::load(sum + i, n) + v, n);
        simd::store(to + i, v, n);
      });
    });
  }
};

}  // namespace krait::kernel
