// krait/model/coordinate_model.hpp: a stack over raw tokens (x, y), read at the coordinate that holds a token's label.
#pragma once
#include <algorithm>
#include <krait/core/layer.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

namespace krait::model {

/// (tokens, width) -> (tokens, 1): Layers residual branches x + Mixer(Norm(x)), and the last coordinate of what comes
/// out, where a token holds its label. No read-in and no read-out: as the one-layer models of arXiv:2510.00399.
template <layer Mixer, int Layers, layer Norm = rms_norm<Mixer::in>> struct coordinate_model {
  using mixer = Mixer;
  using stack = repeat<Layers, residual<Norm, Mixer>>;
  static constexpr int in = Mixer::in, out = 1;

  template <class T> struct weights {
    using stack_weights = typename stack::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (stack_weights, layers));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, in> mixed;
    typename stack::template saved<T, Cap> layers;
  };

  template <class B, class T, class Saved>
  static void forward(B& on, const weights<T>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    const rows<T, in> mixed = s.mixed.of(x.of);
    stack::forward(on, w.layers, x, mixed, s.layers);
    for (int t = 0; t < x.tokens(); ++t) y[t][0] = mixed[t][in - 1];
  }
  /// Adds to dw. The input's own gradient is not asked for.
  template <class B, class T, class Saved>
  static void backward(B& on, const weights<T>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       weights<T>& dw) {
    scratch_frame frame(on);
    const rows<T, in> dmixed{frame.template take<T>(x.tokens() * row_stride(in)), x.of},
        dx{frame.template take<T>(x.tokens() * row_stride(in)), x.of};
    for (int t = 0; t < x.tokens(); ++t) {
      std::fill_n(dmixed[t], in, T(0));
      dmixed[t][in - 1] = dy[t][0];
    }
    stack::backward(on, w.layers, x, s.layers, rows<const T, in>(dmixed), dx, dw.layers);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { stack::initialise(w.layers, at); }

  /// What the first layer's mixer has taken and kept, for probes.
  template <class T> static const typename Mixer::template weights<T>& first(const weights<T>& w) {
    return w.layers[0].mixer;
  }
  template <class Saved> static const auto& first_saved(const Saved& s) { return s.layers.layers[0].mixer; }
  template <class Saved> static auto first_input(const Saved& s, sequences of) {
    return s.layers.layers[0].normed.of(of);
  }
};

}  // namespace krait::model
