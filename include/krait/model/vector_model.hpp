// krait/model/vector_model.hpp: vectors to vectors: read-in, layers, last norm, read-out; for in-context learning.
// Garg et al. 2022 (arXiv:2208.01066); Park et al. 2024 (arXiv:2402.04248).
#pragma once
#include <krait/core/carry.hpp>
#include <krait/layer/linear.hpp>
#include <krait/model/stack_fits.hpp>

namespace krait::model {

/// (tokens, In) -> (tokens, Out). Weights: read_in.*, layers.*, norm_f.*, read_out.*; the linear maps begin as
/// PyTorch's. Carries what the layers carry: forward(..., initial, final) and backward(..., initial, dfinal, dinitial),
/// as core/layer.hpp has it.
template <int In, int Out, class Layers, class Norm>
requires(detail::stack_fits<Layers, Norm>()) struct vector_model {
  static constexpr int in = In, width = Layers::in, out = Out;
  using layer_type = Layers;
  using input = rows<const float, In>;
  using first = linear<linear_config{In, width, true, initial_weight::fan_in, initial_bias::fan_in}>;
  using last = linear<linear_config{width, Out, true, initial_weight::fan_in, initial_bias::fan_in}>;

  template <class T> struct weights {
    using in_weights = typename first::template weights<T>;
    using layer_weights = typename Layers::template weights<T>;
    using norm_weights = typename Norm::template weights<T>;
    using out_weights = typename last::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (in_weights, read_in), (layer_weights, layers), (norm_weights, norm_f),
                             (out_weights, read_out));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, width> embedded, mixed, normed;
    typename Layers::template saved<T, Cap> layers;
    typename Norm::template saved<T, Cap> norm_f;
  };
  template <class T, capacity Cap> struct state { [[no_unique_address]] state_of<Layers, T, Cap> layers; };

  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::forward_states<State...>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    first::forward(on, w.read_in, x, s.embedded.of(x.of), s);
    const auto mix = [&](auto*... at) {
      Layers::forward(on, w.layers, std::as_const(s.embedded).of(x.of), s.mixed.of(x.of), s.layers, at...);
    };
    with_states(mix, layers_of(states)...);
    put_out(on, w, std::as_const(s.mixed).of(x.of), y, s);
  }
  /// What the last norm and the read-out make of x, as if the layers had put it out; overwrites what s keeps of both.
  template <class B, class W, class T, class Saved>
  static void put_out(B& on, const weights<W>& w, rows<const T, width> x, rows<T, out> y, Saved& s) {
    Norm::forward(on, w.norm_f, x, s.normed.of(x.of), s.norm_f);
    last::forward(on, w.read_out, std::as_const(s.normed).of(x.of), y, s);
  }
  /// Adds to dw. The input's own gradient is not asked for.
  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::backward_states<State...>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       weights<W>& dw, State*... states) {
    scratch_frame frame(on);
    rows<T, width> d[2];
    for (auto& buffer : d) buffer = frame.template rows<T, width>(x.of);
    last::backward(on, w.read_out, s.normed.of(x.of), s, dy, d[0], dw.read_out);
    Norm::backward(on, w.norm_f, s.mixed.of(x.of), s.norm_f, rows<const T, width>(d[0]), d[1], dw.norm_f);
    const auto back = [&](auto*... at) {
      Layers::backward(on, w.layers, s.embedded.of(x.of), s.layers, rows<const T, width>(d[1]), d[0], dw.layers, at...);
    };
    with_states(back, layers_of(states)...);
    first::template op<B>::backward_weight(on, x, rows<const T, width>(d[0]), dw.read_in.weight, dw.read_in.bias);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    rows<T, width> d[2];
    for (auto& buffer : d) buffer = frame.template rows<T, width>(x.of);
    no_state nothing;
    step_of<Cap, first>(on, w.read_in, x, d[0], nothing);
    step_of<Cap, Layers>(on, w.layers, rows<const T, width>(d[0]), d[1], s.layers);
    step_of<Cap, Norm>(on, w.norm_f, rows<const T, width>(d[1]), d[0], nothing);
    step_of<Cap, last>(on, w.read_out, rows<const T, width>(d[0]), y, nothing);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    first::initialise(w.read_in, at);
    Layers::initialise(w.layers, at);
    Norm::initialise(w.norm_f, at);
    last::initialise(w.read_out, at);
  }

 private:
  template <class State> static auto* layers_of(State* s) { return s ? &s->layers : nullptr; }
};

}  // namespace krait::model
