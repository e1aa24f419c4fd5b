// krait/layer/attention.hpp: causal multi-head attention with grouped key and value heads.
// Vaswani et al. 2017 (arXiv:1706.03762); groups: Ainslie et al. 2023 (arXiv:2305.13245).
#pragma once
#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/core/layer.hpp>
#include <krait/kernel/attention/attention.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/layer/linear.hpp>
#include <string>

namespace krait {

struct attention_config {
  int d_model, heads;
  int kv_heads = 0;  // 0: as many as heads
  bool bias = true;
  initial_weight weight = initial_weight::normal, out_weight = initial_weight::normal_by_depth;
  constexpr int kv() const { return kv_heads > 0 ? kv_heads : heads; }
};

/// (tokens, d_model) -> (tokens, d_model). One product makes [q | k | v]; no positions: see layer/positions.hpp.
template <attention_config C> struct attention {
  static constexpr int in = C.d_model, out = in, head_width = C.d_model / C.heads;
  static_assert(C.d_model % C.heads == 0, "attention: d_model is no multiple of the heads");
  static_assert(C.heads % C.kv() == 0, "attention: the heads are no multiple of the key and value heads");
  static constexpr int q_width = C.d_model, kv_width = C.kv() * head_width, qkv_width = q_width + 2 * kv_width;
  using qkv_layer = linear<linear_config{in, qkv_width, C.bias, C.weight}>;
  using out_layer = linear<linear_config{q_width, out, C.bias, C.out_weight}>;
  template <class B> using op = kernel::attention<B, C.heads, C.kv(), head_width>;

  template <class T> struct weights {
    using qkv = typename qkv_layer::template weights<T>;
    using output = typename out_layer::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (qkv, qkv_proj), (output, out_proj));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, qkv_width> qkv;
    activations<T, Cap, q_width> y;
    sum_type<T> lse[static_cast<std::size_t>(Cap.tokens()) * C.heads];
  };
  /// Keys and values of the tokens so far, (sequences, length, kv_width) each.
  template <class T, capacity Cap> struct state {
    T k[static_cast<std::size_t>(Cap.tokens()) * kv_width], v[static_cast<std::size_t>(Cap.tokens()) * kv_width];
    int length[Cap.sequences];
  };

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s) {
    out_layer::forward(on, w.out_proj, attend(on, w, x, s), y, s);
  }
  template <class B, class W, class T, class Saved>
  static void forward_onto(B& on, const weights<W>& w, rows<const T, in> x, rows<const T, out> base, rows<T, out> y,
                           Saved& s) {
    out_layer::forward_onto(on, w.out_proj, attend(on, w, x, s), base, y, s);
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw) {
    scratch_frame frame(on);
    const auto d = frame.template rows<T, q_width>(x.of);
    const auto dqkv = frame.template rows<T, qkv_width>(x.of);
    const auto qkv = s.qkv.of(x.of);
    out_layer::backward(on, w.out_proj, s.y.of(x.of), s, dy, d, dw.out_proj);
    op<B>::backward(on, q(qkv), k(qkv), v(qkv), s.y.of(x.of), s.lse, rows<const T, q_width>(d), q(dqkv), k(dqkv),
                    v(dqkv));
    qkv_layer::backward(on, w.qkv_proj, x, s, rows<const T, qkv_width>(dqkv), dx, dw.qkv_proj);
  }
  /// Keys and values grow with the text: no forward begins from them, and no gradient reaches them.
  template <class B, class W, class T, class Saved, class Initial, class Final>
  static void forward(B&, const weights<W>&, rows<const T, in>, rows<T, out>, Saved&, Initial*, Final*) {
    no_state_of_fixed_size<Final>();
  }
  template <class B, class W, class T, class Saved, class Initial, class DFinal, class DInitial>
  static void backward(B&, const weights<W>&, rows<const T, in>, const Saved&, rows<const T, out>, rows<T, in>,
                       weights<W>&, Initial*, DFinal*, DInitial*) {
    no_state_of_fixed_size<DInitial>();
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    static_assert(!device_backend<B>, "attention: step keeps keys and values on the host; take steps on the CPU");
    scratch_frame frame(on);
    const auto qkv = frame.template rows<T, qkv_width>(x.of);
    const auto mixed = frame.template rows<T, q_width>(x.of);
    qkv_layer::forward(on, w.qkv_proj, x, qkv, s);
    for (int i = 0; i < x.tokens(); ++i) {
      if (s.length[i] == Cap.length)
        throw data_error("Attention holds at most " + std::to_string(Cap.length) +
                         " tokens of a sequence; raise the state's capacity or stop earlier.");
      const std::size_t at = (static_cast<std::size_t>(i) * Cap.length + s.length[i]++) * kv_width;
      std::copy_n(k(qkv)[i], kv_width, s.k + at);
      std::copy_n(v(qkv)[i], kv_width, s.v + at);
    }
    op<B>::step(on, rows<const T, q_width, row_stride(qkv_width)>(q(qkv)), s.k, s.v, Cap.length, s.length, mixed);
    out_layer::forward(on, w.out_proj, rows<const T, q_width>(mixed), y, s);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    qkv_layer::initialise(w.qkv_proj, at);
    out_layer::initialise(w.out_proj, at);
  }

 private:
  template <class State> static void no_state_of_fixed_size() {
    static_assert(
        sizeof(State) == 0,
        "attention: no forward begins from or leaves its keys and values; take the tokens one by one with step");
  }
  /// The heads' outputs side by side.
  template <class B, class W, class T, class Saved>
  static rows<const T, q_width> attend(B& on, const weights<W>& w, rows<const T, in> x, Saved& s) {
    qkv_layer::forward(on, w.qkv_proj, x, s.qkv.of(x.of), s);
    const auto qkv = std::as_const(s.qkv).of(x.of);
    op<B>::forward(on, q(qkv), k(qkv), v(qkv), s.y.of(x.of), s.lse);
    return std::as_const(s.y).of(x.of);
  }
  template <class Rows> static auto q(Rows qkv) { return qkv.template columns<0, q_width>(); }
  template <class Rows> static auto k(Rows qkv) { return qkv.template columns<q_width, kv_width>(); }
  template <class Rows> static auto v(Rows qkv) { return qkv.template columns<q_width + kv_width, kv_width>(); }
};

}  // namespace krait
