// tests/experiment/uniform_model.hpp: a model of tokens whose probabilities are known.
#pragma once
#include <algorithm>
#include <boost/hana/define_struct.hpp>
#include <krait/core/initialiser.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/tensor.hpp>

namespace krait::testing {

/// Says 1/V always, however little it is trained.
template <int Vocabulary> struct uniform_model {
  static constexpr int vocabulary = Vocabulary, out = vocabulary;
  using input = ids;
  template <class T> struct weights {
    using vector = tensor<T, out>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, bias));
  };
  template <class T, capacity Cap> struct saved {};
  template <class B, class W, class T, class Saved>
  static void forward(B&, const weights<W>& w, ids x, rows<T, out> logits, Saved&) {
    for (int t = 0; t < x.tokens(); ++t) std::copy_n(w.bias.data, out, logits[t]);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B&, const weights<W>&, ids x, const Saved&, rows<const T, out> d, weights<W>& dw) {
    for (int t = 0; t < x.tokens(); ++t)
      for (int i = 0; i < out; ++i) dw.bias[i] += d[t][i];
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.constant(w.bias, 0); }
};

}  // namespace krait::testing
