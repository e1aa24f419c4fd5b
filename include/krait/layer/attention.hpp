// krait/layer/attention.hpp: causal multi-head attention with grouped key and value heads, with rotary positions or
// none. Vaswani et al. 2017 (arXiv:1706.03762); groups: Ainslie et al. 2023 (arXiv:2305.13245).
#pragma once
#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/core/layer.hpp>
#include <krait/kernel/attention/attention.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/rotary/rotary.hpp>
#include <krait/layer/linear.hpp>
#include <string>

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
  /// Keys and values of the tokens so far, (sequences, length, kv_width) each.
  template <class T, capacity Cap> struct state {
    static constexpr int width = kv_width;
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
    if constexpr (C.rotary.dims > 0) rotation<B>::backward(on, turned(dqkv));
    qkv_layer::backward(on, w.qkv_proj, x, s, rows<const T, qkv_width>(dqkv), dx, dw.qkv_proj);
  }
  /// The tokens see those of the initial state too, and stand in the final one behind them. No gradient goes that way.
  template <class B, class W, class T, class Saved, capacity Cap>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s,
                      const state<T, Cap>* initial, state<T, Cap>* final) {
    static_assert(!device_backend<B>,
                  "attention: keys and values are kept on the host; read a text into a state on the CPU");
    const auto qkv = s.qkv.of(x.of);
    qkv_layer::forward(on, w.qkv_proj, x, qkv, s);
    turn(on, qkv, initial ? initial->length : nullptr);
    const auto y_heads = s.y.of(x.of);
    if (const int before = level(initial, x.of.count); before == 0 || (before > 0 && !x.of.starts))
      attend_in_one(on, before, initial, qkv, y_heads, s.lse, final);
    else
      attend_one_by_one(on, initial, qkv, y_heads, final);
    out_layer::forward(on, w.out_proj, std::as_const(s.y).of(x.of), y, s);
  }
  template <class B, class W, class T, class Saved, class Initial, class DFinal, class DInitial>
  static void backward(B&, const weights<W>&, rows<const T, in>, const Saved&, rows<const T, out>, rows<T, in>,
                       weights<W>&, Initial*, DFinal*, DInitial*) {
    static_assert(
        sizeof(DInitial) == 0,
        "attention: no gradient goes through the keys and values of a state; train it without states, or take "
        "a recurrent layer");
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    static_assert(!device_backend<B>, "attention: step keeps keys and values on the host; take steps on the CPU");
    scratch_frame frame(on);
    const auto qkv = frame.template rows<T, qkv_width>(x.of);
    const auto mixed = frame.template rows<T, q_width>(x.of);
    qkv_layer::forward(on, w.qkv_proj, x, qkv, s);
    turn(on, qkv, s.length);
    for (int i = 0; i < x.tokens(); ++i) keep(s, i, k(qkv)[i], v(qkv)[i]);
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
  /// Where sequence i's keys and values begin in a state.
  template <capacity Cap> static std::size_t place(int i) {
    return static_cast<std::size_t>(i) * Cap.length * kv_width;
  }
  /// How many tokens every sequence has behind it; -1 where they differ.
  template <class T, capacity Cap> static int level(const state<T, Cap>* initial, int count) {
    if (!initial || count == 0) return 0;
    const int first = initial->length[0];
    return std::all_of(initial->length, initial->length + count, [&](int n) { return n == first; }) ? first : -1;
  }
  /// All tokens at once, behind `before` ones of each sequence, whose queries are not asked for again.
  template <class B, class T, class QKV, capacity Cap>
  static void attend_in_one(B& on, int before, const state<T, Cap>* initial, QKV qkv, rows<T, q_width> y,
                            sum_type<T>* lse, state<T, Cap>* final) {
    const sequences of = qkv.of;
    if (before == 0) {
      op<B>::forward(on, constant(q(qkv)), constant(k(qkv)), constant(v(qkv)), y, lse);
    } else {
      scratch_frame frame(on);
      sequences all{of.count, before + of.length};
      auto* kept = frame.template take<std::uint8_t>(static_cast<std::size_t>(all.tokens()));
      std::fill_n(kept, all.tokens(), std::uint8_t{1});
      const auto whole = frame.template rows<T, qkv_width>(all);
      const auto mixed = frame.template rows<T, q_width>(all);
      auto* sums = frame.template take<sum_type<T>>(static_cast<std::size_t>(all.tokens()) * C.heads);
      for (int i = 0; i < all.count; ++i)
        for (int t = 0; t < all.length; ++t) {
          T* to = whole[i * all.length + t];
          if (t < before) {
            const std::size_t at = place<Cap>(i) + static_cast<std::size_t>(t) * kv_width;
            std::fill_n(to, q_width, T(0));
            std::copy_n(initial->k + at, kv_width, to + q_width);
            std::copy_n(initial->v + at, kv_width, to + q_width + kv_width);
          } else {
            const int token = i * of.length + t - before;
            std::copy_n(qkv[token], qkv_width, to);
            if (of.keep) kept[i * all.length + t] = of.keep[token];
          }
        }
      auto seen = whole;
      if (of.keep) seen.of.keep = kept;
      op<B>::forward(on, constant(q(seen)), constant(k(seen)), constant(v(seen)), mixed, sums);
      for (int t = 0; t < of.tokens(); ++t)
        std::copy_n(mixed[t / of.length * all.length + before + t % of.length], q_width, y[t]);
    }
    if (!final) return;
    begin_from(initial, of.count, *final);
    for (int t = 0; t < of.tokens(); ++t) {
      if (of.starts && of.starts[t]) final->length[t / of.length] = 0;
      if (!of.keep || of.keep[t]) keep(*final, t / of.length, k(qkv)[t], v(qkv)[t]);
    }
  }
  template <class B, class T, class QKV, capacity Cap>
  static void attend_one_by_one(B& on, const state<T, Cap>* initial, QKV qkv, rows<T, q_width> y,
                                state<T, Cap>* final) {
    scratch_frame frame(on);
    state<T, Cap>& kept = *(final ? final : frame.template take<state<T, Cap>>(1));
    const sequences of = qkv.of, one{1, 1};
    begin_from(initial, of.count, kept);
    for (int t = 0; t < of.tokens(); ++t) {
      const int i = t / of.length;
      if (of.starts && of.starts[t]) kept.length[i] = 0;
      if (of.keep && !of.keep[t]) {
        std::fill_n(y[t], q_width, T(0));
        continue;
      }
      keep(kept, i, k(qkv)[t], v(qkv)[t]);
      op<B>::step(on, rows<const T, q_width, row_stride(qkv_width)>{q(qkv)[t], one}, kept.k + place<Cap>(i),
                  kept.v + place<Cap>(i), Cap.length, kept.length + i, rows<T, q_width>{y[t], one});
    }
  }
  template <class T, capacity Cap> static void begin_from(const state<T, Cap>* initial, int count, state<T, Cap>& to) {
    for (int i = 0; i < count; ++i) {
      to.length[i] = initial ? initial->length[i] : 0;
      if (initial == &to || !initial) continue;
      std::copy_n(initial->k + place<Cap>(i), to.length[i] * kv_width, to.k + place<Cap>(i));
      std::copy_n(initial->v + place<Cap>(i), to.length[i] * kv_width, to.v + place<Cap>(i));
    }
  }
  template <class T, capacity Cap> static void keep(state<T, Cap>& s, int i, const T* key, const T* value) {
    if (s.length[i] == Cap.length)
      throw data_error("Attention holds at most " + std::to_string(Cap.length) +
                       " tokens of a sequence; raise the state's capacity or stop earlier.");
    const std::size_t at = place<Cap>(i) + static_cast<std::size_t>(s.length[i]++) * kv_width;
    std::copy_n(key, kv_width, s.k + at);
    std::copy_n(value, kv_width, s.v + at);
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
