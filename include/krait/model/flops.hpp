// krait/model/flops.hpp: the arithmetic of a model's training step, counted from its type at compile time. Model FLOPs
// as Kaplan et al. 2020 (arXiv:2001.08361), table 1, and Chowdhery et al. 2022 (arXiv:2204.02311), appendix B, count
// them.
#pragma once
#include <cstdint>
#include <krait/layer/attention.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/gated_feed_forward.hpp>
#include <krait/layer/gru.hpp>
#include <krait/layer/identity.hpp>
#include <krait/layer/layer_norm.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/layer/lstm.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/mamba2.hpp>
#include <krait/layer/offset_rms_norm.hpp>
#include <krait/layer/parallel.hpp>
#include <krait/layer/positions.hpp>
#include <krait/layer/recompute.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/layer/s4_mamba.hpp>
#include <krait/layer/s4d.hpp>
#include <krait/layer/scale.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <krait/model/coordinate_model.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/vector_model.hpp>

namespace krait {

/// A sum, a product, a quotient and a function of one number (an exponential, a GELU) count one each; comparisons,
/// copies and a few numbers a token (a norm's root) none. What is done once a step and for no token (a scan's A, the
/// optimiser) is left out, and so is the loss. What backward makes a second time to save memory is not counted either:
/// it is how a step is done, and not what it is.
struct flop_count {
  std::int64_t forward = 0, backward = 0;
  std::int64_t products = 0;  // of both: those with a matrix of weights, 6 for each of its numbers and token
  bool known = true;          // false: a layer of it says nothing
  constexpr std::int64_t step() const { return forward + backward; }
  constexpr flop_count operator+(flop_count b) const {
    return {forward + b.forward, backward + b.backward, products + b.products, known && b.known};
  }
  constexpr flop_count operator*(std::int64_t times) const {
    return {forward * times, backward * times, products * times, known};
  }
  bool operator==(const flop_count&) const = default;
};

namespace detail {
template <class L> constexpr flop_count count_flops(int length);

/// By overloads, so that a type that inherits from a combinator is counted as one. n: tokens of a sequence.
struct flop_rules {
  using count = flop_count;

  /// x W^T + b (a sum that begins at b); the gradients of x and W are as much each, and that of b is a sum.
  static constexpr count product(std::int64_t in, std::int64_t out, bool bias = false) {
    return {2 * in * out, 4 * in * out + bias * out, 6 * in * out};
  }
  /// f(x): backward is the slope, times the gradient. f(x) y: two more gradients.
  static constexpr count function(std::int64_t width) { return {width, 2 * width}; }
  static constexpr count gate(std::int64_t width, bool plain = false) {
    return plain ? count{width, 2 * width} : count{2 * width, 4 * width};
  }
  /// One sum a number in either direction: where a branch meets what goes past it.
  static constexpr count sum(std::int64_t width) { return {width, width}; }
  /// K taps, a bias, SiLU.
  static constexpr count convolution(std::int64_t channels, int taps) {
    return count{2 * taps * channels, (4 * taps + 1) * channels} + function(channels);
  }
  /// Euler, a state: delta A, exp, (delta x) B, decay h, +, C h, +; backward of C h 4, h 2, delta A 5, (delta x) B 4.
  /// Zero-order hold also (exp - 1) / A, which is multiplied by x B; backward 22. A channel: see each part.
  static constexpr count selective_scan(std::int64_t channels, std::int64_t states, bool hold) {
    const count recurrence = hold ? count{10, 22} : count{7, 15};
    const count input = hold ? count{} : count{1, 3};  // delta x
    const count softplus{1, 2};
    return (recurrence * states + input + softplus) * channels;
  }
  static constexpr count skip(std::int64_t channels) { return {2 * channels, 4 * channels}; }  // y + D x
  /// Of complex numbers, a pair of poles: a h + x 7, c h 4; backward c 8, x 1, a 8, h 6. And D x.
  static constexpr count s4d_scan(std::int64_t channels, std::int64_t pairs) {
    return {(11 * pairs + 1) * channels, (23 * pairs + 3) * channels};
  }

  template <linear_config C> static constexpr count of(const linear<C>*, int n) {
    return product(C.in, C.out, C.bias) * n;
  }
  /// Mean 1, variance 3, times the inverse deviation 1, weight 1, bias 1; backward 7, weight 3, bias 1.
  template <int W, layer_norm_config C> static constexpr count of(const layer_norm<W, C>*, int n) {
    return count{5 + C.weight + C.bias, 7 + 3 * C.weight + C.bias} * W * n;
  }
  template <int W, rms_norm_config C> static constexpr count of(const rms_norm<W, C>*, int n) {
    return count{4, 8} * W * n;
  }
  template <int W, rms_norm_config C> static constexpr count of(const offset_rms_norm<W, C>*, int n) {
    return count{4, 8} * W * n;
  }
  template <int W, positions_config C> static constexpr count of(const learned_positions<W, C>*, int n) {
    return sum(W) * n;
  }
  template <int W, scale_config C> static constexpr count of(const scale<W, C>*, int n) { return sum(W) * n; }
  template <int W> static constexpr count of(const identity<W>*, int) { return {}; }
  template <feed_forward_config C, class F> static constexpr count of(const feed_forward<C, F>*, int n) {
    return (product(C.d_model, C.hidden(), C.bias) + function(C.hidden()) + product(C.hidden(), C.d_model, C.bias)) * n;
  }
  template <gated_feed_forward_config C, class F> static constexpr count of(const gated_feed_forward<C, F>*, int n) {
    return (product(C.d_model, C.d_hidden, C.bias) * 2 + gate(C.d_hidden) + count{0, C.d_model} +
            product(C.d_hidden, C.d_model, C.bias)) *
           n;
  }
  /// A token looks at itself and those before it: n (n + 1) / 2 pairs. A pair and head: score and values 2 a number
  /// each, scale and softmax 4; backward 8 a number (q, k, v, probability) and 3.
  template <attention_config C> static constexpr count of(const attention<C>*, int n) {
    using a = attention<C>;
    const count token = product(a::in, a::qkv_width, C.bias) + product(a::q_width, a::out, C.bias && C.out_bias) +
                        count{1, 2} * a::q_width + sum(3 * (C.heads + C.kv()) * C.rotary.dims);
    const count pair{4 * C.head() + 4, 8 * C.head() + 3};
    return token * n + pair * C.heads * (static_cast<std::int64_t>(n) * (n + 1) / 2);
  }
  template <linear_attention_config C> static constexpr count of(const linear_attention<C>*, int n) {
    using a = linear_attention<C>;
    const count pair = a::gated ? count{5, 11} : count{4, 8};  // S = g S + k v; y = S q
    count token = product(a::in, a::keys) * 2 + pair * C.op().state_size() + count{0, 2 * a::in};
    if (C.value_proj) token = token + product(a::in, a::in);
    if (C.out_proj) token = token + product(a::in, a::out);
    if (a::gated) token = token + product(a::in, a::heads, true) + function(a::heads) + count{0, a::in};
    return token * n;
  }
  template <mamba_config C> static constexpr count of(const mamba<C>*, int n) {
    using m = mamba<C>;
    return (product(m::in, 2 * m::E) + convolution(m::E, m::K) + product(m::E, m::row_width) + count{0, m::E} +
            product(m::R, m::E, true) + selective_scan(m::E, m::N, C.b == kernel::discretisation::zero_order_hold) +
            skip(m::E) + gate(m::E) + product(m::E, m::out)) *
           n;
  }
  /// Per head: delta's bias and function, times A and an exponential, backward 9; per channel delta x, backward 3; a
  /// state as gated linear attention's. A norm as rms_norm's or layer_norm's.
  template <mamba2_config C, class F> static constexpr count of(const mamba2<C, F>*, int n) {
    using m = mamba2<C, F>;
    using enum gated_norm_kind;
    const count norm = C.norm == none ? count{} : C.norm == layer_norm_before_gate ? count{7, 11} : count{4, 8};
    return (product(m::in, m::row_width) + convolution(m::conv_width, m::K) + count{4, 9} * m::H + count{1, 3} * m::E +
            count{5, 11} * C.op().state_size() + (C.skip ? skip(m::E) : count{}) + (C.gate ? gate(m::E) : count{}) +
            norm * m::E + product(m::E, m::out)) *
           n;
  }
  template <selective_ssm_config C> static constexpr count of(const selective_ssm<C>*, int n) {
    using s = selective_ssm<C>;
    return (product(s::in, s::R) + product(s::in, s::N) * 2 + selective_scan(s::E, s::N, true) + count{0, 3 * s::in}) *
           n;
  }
  template <s4d_config C> static constexpr count of(const s4d<C>*, int n) {
    return (s4d_scan(C.d_model, C.pairs()) + function(C.d_model) + product(C.d_model, 2 * C.d_model, true) +
            gate(C.d_model)) *
           n;
  }
  template <s4_mamba_config C> static constexpr count of(const s4_mamba<C>*, int n) {
    using m = s4_mamba<C>;
    return (product(m::in, 2 * m::E) + convolution(m::E, m::K) + s4d_scan(m::E, m::P) + gate(m::E, !C.silu_gate) +
            product(m::E, m::out)) *
           n;
  }
  /// Sums of two shares, functions, c and h; backward with the sums of what comes back to h.
  static constexpr count cell(const kernel::lstm_cell*) { return {13, 24}; }
  static constexpr count cell(const kernel::gru_cell*) { return {11, 18}; }
  template <class Cell, int In, int Hidden> static constexpr count of(const recurrent<Cell, In, Hidden>*, int n) {
    return (product(In, Cell::gates * Hidden, true) + product(Hidden, Cell::gates * Hidden, true) +
            cell(static_cast<const Cell*>(nullptr)) * Hidden) *
           n;
  }
  template <class... L> static constexpr count of(const chain<L...>*, int n) { return (count_flops<L>(n) + ...); }
  template <int N, class L> static constexpr count of(const repeat<N, L>*, int n) { return count_flops<L>(n) * N; }
  template <class Norm, class Mixer> static constexpr count of(const residual<Norm, Mixer>*, int n) {
    return count_flops<Norm>(n) + count_flops<Mixer>(n) + sum(Norm::in) * n;
  }
  template <class A, class B> static constexpr count of(const parallel<A, B>*, int n) {
    return count_flops<A>(n) + count_flops<B>(n) + count{A::out, A::in} * n;
  }
  template <class L> static constexpr count of(const recompute<L>*, int n) { return count_flops<L>(n); }

  /// The prompt's own gradient is not asked for.
  template <int In, int Out, class L, class Norm>
  static constexpr count of(const model::vector_model<In, Out, L, Norm>*, int n) {
    const std::int64_t unasked = 2 * std::int64_t{In} * L::in;
    return (product(In, L::in, true) + count{0, -unasked, -unasked} + product(L::in, Out, true)) * n +
           count_flops<L>(n) + count_flops<Norm>(n);
  }
  /// A token's row of the table is looked up, and its gradient added.
  template <int V, class L, class Norm, class Head>
  static constexpr count of(const model::language_model<V, L, Norm, Head>*, int n) {
    return (count{0, L::in} + product(L::in, V, Head::bias)) * n + count_flops<L>(n) + count_flops<Norm>(n);
  }
  template <class Mixer, int N, class Norm>
  static constexpr count of(const model::coordinate_model<Mixer, N, Norm>*, int n) {
    return count_flops<typename model::coordinate_model<Mixer, N, Norm>::stack>(n);
  }
};

template <class L> constexpr flop_count count_flops(int length) {
  if constexpr (requires { L::flops(length); })
    return L::flops(length);
  else if constexpr (requires(const L* l) { flop_rules::of(l, length); })
    return flop_rules::of(static_cast<const L*>(nullptr), length);
  else
    return {0, 0, 0, false};
}

}  // namespace detail

/// Whether every layer of L says what it costs.
template <class L> inline constexpr bool has_flops = detail::count_flops<L>(1).known;

/// Of one sequence of `length` tokens through a layer or a model, forward and backward. A layer of your own says it as
/// static constexpr flop_count flops(int length).
template <class L> constexpr flop_count flops(int length) {
  static_assert(has_flops<L>,
                "flops: L, or a layer in it, does not say what it costs; give that layer "
                "static constexpr flop_count flops(int length)");
  return detail::count_flops<L>(length);
}

}  // namespace krait
