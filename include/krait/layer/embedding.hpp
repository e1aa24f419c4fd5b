// krait/layer/embedding.hpp: a row of a table for every token id. Its input is ids, so it begins a model.
#pragma once
#include <krait/core/layer.hpp>
#include <krait/kernel/embedding/embedding.hpp>

namespace krait {

/// ids (tokens) -> (tokens, Width). The table may serve as the head too: see model/language_model.hpp.
template <int Vocabulary, int Width> struct embedding {
  static constexpr int vocabulary = Vocabulary, out = Width;
  template <class B> using op = kernel::embedding<B, Vocabulary, Width>;

  template <class T> struct weights {
    using matrix = tensor<T, Vocabulary, Width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, weight));
  };
  template <class B, class W, class T> static void forward(B& on, const weights<W>& w, ids x, rows<T, out> y) {
    op<B>::forward(on, w.weight, x, y);
  }
  template <class B, class W, class T> static void backward(B& on, ids x, rows<const T, out> dy, weights<W>& dw) {
    op<B>::backward(on, x, dy, dw.weight);
  }
  /// N(0, 0.02), as GPT-2 and Mamba.
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.normal(w.weight, 0.02); }
};

}  // namespace krait
