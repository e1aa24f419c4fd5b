// krait/kernel/embedding/cpu.hpp: a row at a time, in vectors.
#pragma once
#include <cstddef>
#include <krait/backend/cpu.hpp>
#include <krait/backend/cpu/row.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/embedding/embedding.hpp>

namespace krait::kernel {

template <int Vocabulary, int Width> struct embedding<backend::cpu, Vocabulary, Width> {
  template <class T, int SY>
  static void forward(backend::cpu&, const tensor<T, Vocabulary, Width>& weight, ids tokens, rows<T, Width, SY> y) {
    for (int t = 0; t < tokens.tokens(); ++t) {
      const T* from = weight.data + row(tokens, t);
      T* to = y[t];
      simd::each_part<T, Width>([&](int i, auto n) { simd::store(to + i, simd::load(from + i, n), n); });
    }
  }
  template <class T, int SDy>
  static void backward(backend::cpu&, ids tokens, rows<const T, Width, SDy> dy, tensor<T, Vocabulary, Width>& dweight) {
    for (int t = 0; t < tokens.tokens(); ++t) {
      T* to = dweight.data + row(tokens, t);
      const T* from = dy[t];
      simd::each_part<T, Width>(
          [&](int i, auto n) { simd::store(to + i, simd::load(to + i, n) + simd::load(from + i, n), n); });
    }
  }

 private:
  static std::ptrdiff_t row(ids tokens, int t) {
    return static_cast<std::ptrdiff_t>(detail::checked_id(*tokens[t], Vocabulary, "Token id", t)) * Width;
  }
};

}  // namespace krait::kernel
