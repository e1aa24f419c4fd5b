// krait/model/from_state.hpp: a language model whose texts begin from given states, as a model of its own, so that any
// trainer trains it.
#pragma once
#include <krait/core/carry.hpp>

namespace krait::model {

/// Tokens, and the state that each text begins from; null: from zero.
template <class State> struct started_ids {
  ids tokens;
  const State* initial = nullptr;
};

/// M with weights, initialisation and steps as they are. Cap: of the states. The states are data: no gradient leaves
/// the model through them.
template <class M, capacity Cap> struct from_state {
  static constexpr int vocabulary = M::vocabulary, out = M::out;
  using plain = M;
  using state_type = typename M::template state<float, Cap>;
  using input = started_ids<state_type>;
  template <class T> using weights = typename M::template weights<T>;
  template <class T, capacity C> using saved = typename M::template saved<T, C>;

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const W& w, const input& x, rows<T, out> logits, Saved& s) {
    M::forward(on, w, x.tokens, logits, s, x.initial, static_cast<state_type*>(nullptr));
  }
  /// Adds to dw.
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const W& w, const input& x, const Saved& s, rows<const T, out> dlogits, W& dw) {
    M::backward(on, w, x.tokens, s, dlogits, dw, x.initial, static_cast<const state_type*>(nullptr),
                static_cast<state_type*>(nullptr));
  }
  template <class W> static void initialise(W& w, initialiser& at) { M::initialise(w, at); }
};

}  // namespace krait::model
