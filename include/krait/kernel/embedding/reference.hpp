// krait/kernel/embedding/reference.hpp: a row at a time.
#pragma once
#include <krait/backend/reference.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>
#include <krait/kernel/embedding/embedding.hpp>

namespace krait::kernel {

template <int Vocabulary, int Width> struct embedding<backend::reference, Vocabulary, Width> {
  template <class T, int SY>
  static void forward(backend::reference&, const tensor<T, Vocabulary, Width>& weight, ids tokens,
                      rows<T, Width, SY> y) {
    for (int t = 0; t < tokens.tokens(); ++t) {
      const int id = detail::checked_id(*tokens[t], Vocabulary, "Token id", t);
      for (int i = 0; i < Width; ++i) y[t][i] = weight[id * Width + i];
    }
  }
  template <class T, int SDy>
  static void backward(backend::reference&, ids tokens, rows<const T, Width, SDy> dy,
                       tensor<T, Vocabulary, Width>& dweight) {
    for (int t = 0; t < tokens.tokens(); ++t) {
      const int id = detail::checked_id(*tokens[t], Vocabulary, "Token id", t);
      for (int i = 0; i < Width; ++i) dweight[id * Width + i] += dy[t][i];
    }
  }
};

}  // namespace krait::kernel
