// krait/model/recurrent_layers.hpp: how many recurrent layers a model has and how large their states are, read off its
// type.
#pragma once
#include <krait/layer/chain.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/mamba2.hpp>
#include <krait/layer/parallel.hpp>
#include <krait/layer/recompute.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/vector_model.hpp>

namespace krait {

/// Of mamba, mamba2 and selective_ssm; 0: none. Where layers differ in one of them, it is -1.
struct recurrent_layers {
  int count = 0, d_state = 0;
  int window = 0;  // tokens that their convolutions see; 1: a token alone
  constexpr recurrent_layers operator+(recurrent_layers b) const {
    if (count == 0 || b.count == 0) return count == 0 ? b : *this;
    return {count + b.count, d_state == b.d_state ? d_state : -1, window == b.window ? window : -1};
  }
  bool operator==(const recurrent_layers&) const = default;
};

namespace detail {
template <class L> constexpr recurrent_layers find_recurrent();

/// By overloads, so that a type that inherits from a combinator is one.
struct recurrent_rules {
  template <mamba_config C> static constexpr recurrent_layers of(const mamba<C>*) { return {1, C.d_state, C.d_conv}; }
  template <mamba2_config C, class F> static constexpr recurrent_layers of(const mamba2<C, F>*) {
    return {1, C.d_state, C.d_conv};
  }
  template <selective_ssm_config C> static constexpr recurrent_layers of(const selective_ssm<C>*) {
    return {1, C.states(), 1};
  }
  template <class... L> static constexpr recurrent_layers of(const chain<L...>*) { return (find_recurrent<L>() + ...); }
  template <int N, class L> static constexpr recurrent_layers of(const repeat<N, L>*) {
    constexpr recurrent_layers one = find_recurrent<L>();
    return {N * one.count, one.d_state, one.window};
  }
  template <class Norm, class Mixer> static constexpr recurrent_layers of(const residual<Norm, Mixer>*) {
    return find_recurrent<Mixer>();
  }
  template <class A, class B> static constexpr recurrent_layers of(const parallel<A, B>*) {
    return find_recurrent<A>() + find_recurrent<B>();
  }
  template <class L> static constexpr recurrent_layers of(const recompute<L>*) { return find_recurrent<L>(); }
  template <int In, int Out, class L, class Norm>
  static constexpr recurrent_layers of(const model::vector_model<In, Out, L, Norm>*) {
    return find_recurrent<L>();
  }
  template <int V, class L, class Norm, class Head>
  static constexpr recurrent_layers of(const model::language_model<V, L, Norm, Head>*) {
    return find_recurrent<L>();
  }
};

template <class L> constexpr recurrent_layers find_recurrent() {
  if constexpr (requires(const L* l) { recurrent_rules::of(l); })
    return recurrent_rules::of(static_cast<const L*>(nullptr));
  else
    return {};
}
}  // namespace detail

/// Of a layer or a model.
template <class L> inline constexpr recurrent_layers recurrent_layers_of = detail::find_recurrent<L>();

}  // namespace krait
