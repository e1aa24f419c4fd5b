// krait/layer/attention.hpp: causal multi-head attention with grouped key and value heads, with rotary positions or
// none. Vaswani et al. 2017 (arXiv:1706.03762); groups: Ainslie et al. 2023 (arXiv:2305.13245).
#pragma once
#include <algorithm>
#include <cstring>
#include <krait/core/layer.hpp>
#include <krait/kernel/attention/attention.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/rotary/rotary.hpp>
#include <krait/layer/attention_state.hpp>
#include <krait/layer/linear.hpp>
#include <utility>

namespace krait {

struct attention_config {
  int d_model, heads;
  int kv_heads = 0;  // 0: as many as heads
  bool bias = true;
  initial_weight weight = initial_weight::normal, out_weight = initial_weight::normal_by_depth;
  bool out_bias = true;  // the last product has one too, where there is `bias`
  int head_width = 0;    // 0: d_model / heads
  kernel::rotary_config rotary = {};
  constexpr int head() const { return head_width > 0 ? head_width : d_model / heads; }
  constexpr int kv() const { return kv_heads > 0 ? kv_heads : heads; }
};

/// (tokens, d_model) -> (tokens, d_model). One product makes [q | k | v]. Positions: rotary ones turn q and k; for
/// learned ones see layer/positions.hpp.
template <attention_config C> struct attention {
  static constexpr int in = C.d_model, out = in, head_width = C.head();
  static_assert(C.head_width > 0 || C.d_model % C.heads == 0, "attention: d_model is no multiple of the heads");
  static_assert(C.heads % C.kv() == 0, "attention: the heads are no multiple of the key and value heads");
  static_assert(C.rotary.dims % 2 == 0 && C.rotary.dims >= 0 && C.rotary.dims <= head_width,
                "attention: rotary dims must be an even part of a head");
  static constexpr int q_width = C.heads * head_width, kv_width = C.kv() * head_width,
                       qkv_width = q_width + 2 * kv_width;
  using qkv_layer = linear<linear_config{in, qkv_width, C.bias, C.weight}>;
  using out_layer = linear<linear_config{q_width, out, C.bias&& C.out_bias, C.out_weight}>;
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
  template <class T, capacity Cap> using state = attention_state<T, Cap, kv_width>;

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
    if constexpr (C.rotary.dims > 0) rotation<B>::backward(on, turned(dqkv));
    qkv_layer::backward(on, w.qkv_proj, x, s, rows<const T, qkv_width>(dqkv), dx, dw.qkv_proj);
  }
  /// The tokens see the pairs of the initial state too, and stand in the final one behind them.
  template <class B, class W, class T, class Saved, capacity Cap>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s,
                      const state<T, Cap>* initial, state<T, Cap>* final) {
    on_host<B>();
    const auto qkv = s.qkv.of(x.of);
    qkv_layer::forward(on, w.qkv_proj, x, qkv, s);
    turn(on, qkv, initial ? initial->position : nullptr);
    {
      scratch_frame frame(on);
      const detail::behind_pairs whole(frame, x.of, initial);
      if (whole.before == 0)
        op<B>::forward(on, constant(q(qkv)), constant(k(qkv)), constant(v(qkv)), s.y.of(x.of), s.lse);
      else
        attend_behind(on, whole, *initial, constant(qkv), s.y.of(x.of), s.lse);
    }
    if (final) {
      final->begin_from(initial, x.of.count);
      for (int t = 0; t < x.of.tokens(); ++t) {
        if (x.of.starts && x.of.starts[t]) final->clear(t / x.of.length);
        if (!x.of.keep || x.of.keep[t]) final->keep(t / x.of.length, k(qkv)[t], v(qkv)[t]);
      }
    }
    out_layer::forward(on, w.out_proj, std::as_const(s.y).of(x.of), y, s);
  }
  template <class B, class W, class T, class Saved, capacity Cap>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw, const state<T, Cap>* initial, const state<T, Cap>* dfinal,
                       state<T, Cap>* dinitial) {
    on_host<B>();
    scratch_frame frame(on);
    const auto d = frame.template rows<T, q_width>(x.of);
    const auto dqkv = frame.template rows<T, qkv_width>(x.of);
    const auto qkv = s.qkv.of(x.of);
    out_layer::backward(on, w.out_proj, s.y.of(x.of), s, dy, d, dw.out_proj);
    if (dinitial) std::memset(static_cast<void*>(dinitial), 0, sizeof *dinitial);
    const detail::behind_pairs whole(frame, x.of, initial);
    if (whole.before == 0)
      op<B>::backward(on, q(qkv), k(qkv), v(qkv), s.y.of(x.of), s.lse, constant(d), q(dqkv), k(dqkv), v(dqkv));
    else
      back_behind(on, whole, *initial, s, constant(d), dqkv, dinitial);
    for (int i = 0; dfinal && i < x.of.count; ++i)
      detail::each_left(
          initial, x.of, i,
          [&](int j) {
            if (!dinitial) return;
            const std::size_t at = dinitial->place(i, j);
            add(dfinal->k + at, dinitial->k + at), add(dfinal->v + at, dinitial->v + at);
          },
          [&](int t, int place) {
            const std::size_t at = dfinal->place(i, place);
            add(dfinal->k + at, k(dqkv)[t]), add(dfinal->v + at, v(dqkv)[t]);
          });
    if constexpr (C.rotary.dims > 0) rotation<B>::backward(on, turned(dqkv), {initial ? initial->position : nullptr});
    qkv_layer::backward(on, w.qkv_proj, x, s, constant(dqkv), dx, dw.qkv_proj);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    static_assert(!device_backend<B>, "attention: step keeps keys and values on the host; take steps on the CPU");
    scratch_frame frame(on);
    const auto qkv = frame.template rows<T, qkv_width>(x.of);
    const auto mixed = frame.template rows<T, q_width>(x.of);
    qkv_layer::forward(on, w.qkv_proj, x, qkv, s);
    turn(on, qkv, s.position);
    for (int i = 0; i < x.tokens(); ++i) s.keep(i, k(qkv)[i], v(qkv)[i]);
    op<B>::step(on, rows<const T, q_width, row_stride(qkv_width)>(q(qkv)), s.k, s.v, Cap.length, s.length, mixed);
    out_layer::forward(on, w.out_proj, rows<const T, q_width>(mixed), y, s);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    qkv_layer::initialise(w.qkv_proj, at);
    out_layer::initialise(w.out_proj, at);
  }

 private:
  template <class B> using rotation = kernel::rotary<B, C.heads + C.kv(), head_width, C.rotary>;
  template <class Rows> static auto turned(Rows qkv) { return qkv.template columns<0, q_width + kv_width>(); }
  /// Queries and keys by their positions, which begin where `length` says (null: at 0).
  template <class B, class Rows> static void turn(B& on, Rows qkv, const int* length = nullptr) {
    if constexpr (C.rotary.dims > 0) {
      static_assert(!device_backend<B>,
                    "attention: rotary positions have no kernel on a device yet; train such a model with --device cpu");
      rotation<B>::forward(on, turned(qkv), {length});
    }
  }
  template <class B> static void on_host() {
    static_assert(!device_backend<B>,
                  "attention: keys and values are kept on the host; read a text into a state on the CPU");
  }
  template <class T> static void add(const T* from, T* to) {
    for (int i = 0; i < kv_width; ++i) to[i] += from[i];
  }
  /// The pairs and, behind them, the own tokens; the pairs' queries are zeros, of which nothing is asked.
  template <class T, class Frame, capacity Cap, class QKV>
  static rows<T, qkv_width> joined(Frame& frame, const detail::behind_pairs& whole, const state<T, Cap>& initial,
                                   QKV qkv) {
    const auto all = frame.template rows<T, qkv_width>(whole.of);
    for (int row = 0; row < whole.of.tokens(); ++row) std::fill_n(all[row], qkv_width, T(0));
    whole.each_pair(initial, [&](int row, int i, int j) {
      std::copy_n(initial.k + initial.place(i, j), kv_width, k(all)[row]);
      std::copy_n(initial.v + initial.place(i, j), kv_width, v(all)[row]);
    });
    whole.each_token([&](int row, int t) { std::copy_n(qkv[t], qkv_width, all[row]); });
    return all;
  }
  template <class B, class T, capacity Cap, class QKV>
  static void attend_behind(B& on, const detail::behind_pairs& whole, const state<T, Cap>& initial, QKV qkv,
                            rows<T, q_width> y, sum_type<T>* lse) {
    scratch_frame frame(on);
    const auto all = joined<T>(frame, whole, initial, qkv);
    const auto mixed = frame.template rows<T, q_width>(whole.of);
    auto* sums = frame.template take<sum_type<T>>(static_cast<std::size_t>(whole.of.tokens()) * C.heads);
    op<B>::forward(on, constant(q(all)), constant(k(all)), constant(v(all)), mixed, sums);
    whole.each_token([&](int row, int t) {
      std::copy_n(mixed[row], q_width, y[t]);
      std::copy_n(sums + row * C.heads, C.heads, lse + t * C.heads);
    });
  }
  /// Overwrites dqkv; dinitial, zeros until now, may be null.
  template <class B, class T, class Saved, capacity Cap>
  static void back_behind(B& on, const detail::behind_pairs& whole, const state<T, Cap>& initial, const Saved& s,
                          rows<const T, q_width> d, rows<T, qkv_width> dqkv, state<T, Cap>* dinitial) {
    scratch_frame frame(on);
    const auto all = joined<T>(frame, whole, initial, s.qkv.of(d.of));
    const auto dall = frame.template rows<T, qkv_width>(whole.of);
    const auto y = frame.template rows<T, q_width>(whole.of), dy = frame.template rows<T, q_width>(whole.of);
    auto* sums = frame.template take<sum_type<T>>(static_cast<std::size_t>(whole.of.tokens()) * C.heads);
    std::fill_n(sums, whole.of.tokens() * C.heads, sum_type<T>(0));
    for (int row = 0; row < whole.of.tokens(); ++row)
      std::fill_n(y[row], q_width, T(0)), std::fill_n(dy[row], q_width, T(0));
    whole.each_token([&](int row, int t) {
      std::copy_n(s.y.of(d.of)[t], q_width, y[row]);
      std::copy_n(d[t], q_width, dy[row]);
      std::copy_n(s.lse + t * C.heads, C.heads, sums + row * C.heads);
    });
    op<B>::backward(on, constant(q(all)), constant(k(all)), constant(v(all)), constant(y), sums, constant(dy), q(dall),
                    k(dall), v(dall));
    whole.each_token([&](int row, int t) { std::copy_n(dall[row], qkv_width, dqkv[t]); });
    if (!dinitial) return;
    whole.each_pair(initial, [&](int row, int i, int j) {
      std::copy_n(k(dall)[row], kv_width, dinitial->k + dinitial->place(i, j));
      std::copy_n(v(dall)[row], kv_width, dinitial->v + dinitial->place(i, j));
    });
  }
  /// The heads' outputs side by side.
  template <class B, class W, class T, class Saved>
  static rows<const T, q_width> attend(B& on, const weights<W>& w, rows<const T, in> x, Saved& s) {
    qkv_layer::forward(on, w.qkv_proj, x, s.qkv.of(x.of), s);
    turn(on, s.qkv.of(x.of));
    const auto qkv = std::as_const(s.qkv).of(x.of);
    op<B>::forward(on, q(qkv), k(qkv), v(qkv), s.y.of(x.of), s.lse);
    return std::as_const(s.y).of(x.of);
  }
  template <class Rows> static auto q(Rows qkv) { return qkv.template columns<0, q_width>(); }
  template <class Rows> static auto k(Rows qkv) { return qkv.template columns<q_width, kv_width>(); }
  template <class Rows> static auto v(Rows qkv) { return qkv.template columns<q_width + kv_width, kv_width>(); }
};

}  // namespace krait
