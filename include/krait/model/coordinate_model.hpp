// krait/model/coordinate_model.hpp: a stack over raw tokens (x, y), read at the coordinate that holds a token's label.
#pragma once
#include <krait/core/carry.hpp>
#include <krait/kernel/assign/assign.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

namespace krait::model {

/// (tokens, width) -> (tokens, 1): Layers residual branches x + Mixer(Norm(x)), and the last coordinate of what comes
/// out, where a token holds its label. No read-in and no read-out: as the one-layer models of arXiv:2510.00399. Carries
/// what the mixer carries, as core/layer.hpp has it.
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

  template <class T, capacity Cap> struct state { [[no_unique_address]] state_of<stack, T, Cap> layers; };

  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::forward_states<State...>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    const rows<T, in> mixed = s.mixed.of(x.of);
    with_states([&](auto*... at) { stack::forward(on, w.layers, x, mixed, s.layers, at...); }, layers_of(states)...);
    kernel::assign<B, 1>::copy(on, label(rows<const T, in>(mixed)), y);
  }
  /// Adds to dw. The input's own gradient is not asked for.
  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::backward_states<State...>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       weights<W>& dw, State*... states) {
    scratch_frame frame(on);
    const auto dmixed = frame.template rows<T, in>(x.of), dx = frame.template rows<T, in>(x.of);
    kernel::assign<B, in>::fill(on, T(0), dmixed);
    kernel::assign<B, 1>::copy(on, dy, label(dmixed));
    const auto back = [&](auto*... at) {
      stack::backward(on, w.layers, x, s.layers, rows<const T, in>(dmixed), dx, dw.layers, at...);
    };
    with_states(back, layers_of(states)...);
  }
  /// One token of each sequence.
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    const auto mixed = frame.template rows<T, in>(x.of);
    step_of<Cap, stack>(on, w.layers, x, mixed, s.layers);
    kernel::assign<B, 1>::copy(on, label(rows<const T, in>(mixed)), y);
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

 private:
  /// The last coordinate of every token.
  template <class Rows> static auto label(Rows all) { return all.template columns<in - 1, 1>(); }
  template <class State> static auto* layers_of(State* s) { return s ? &s->layers : nullptr; }
};

}  // namespace krait::model
