// krait/model/language_model.hpp: token ids to logits: embedding, layers, last norm, a head that is tied to the
// embedding or has weights of its own.
#pragma once
#include <krait/core/carry.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/layer/embedding.hpp>
#include <krait/layer/linear.hpp>
#include <krait/model/stack_fits.hpp>

namespace krait::model {

/// The head's matrix is the embedding's table.
struct tied_head {
  static constexpr bool tied = true, bias = false;
};
/// The head has a matrix of its own, and a bias where it is asked for (Phi).
template <bool Bias = false> struct own_head { static constexpr bool tied = false, bias = Bias; };

/// ids (tokens) -> logits (tokens, Vocabulary). Weights: embedding.weight, layers.*, norm_f.*, and lm_head.* where Head
/// is own_head. Carries what the layers carry: forward(..., initial, final) and backward(..., initial, dfinal,
/// dinitial), as core/layer.hpp has it.
template <int Vocabulary, class Layers, class Norm, class Head = tied_head>
requires(detail::stack_fits<Layers, Norm>()) struct language_model {
  static constexpr int vocabulary = Vocabulary, width = Layers::in, out = Vocabulary;
  static constexpr bool carries = carries_state<Layers>;
  using layer_type = Layers;
  using norm_type = Norm;
  using head_type = Head;
  using table = embedding<Vocabulary, width>;
  using input = ids;
  template <class B> using head = kernel::linear<B, width, Vocabulary>;

  template <class T, bool Tied = Head::tied> struct weights;
  template <class T> struct weights<T, true> {
    using embedding_weights = typename table::template weights<T>;
    using layer_weights = typename Layers::template weights<T>;
    using norm_weights = typename Norm::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (embedding_weights, embedding), (layer_weights, layers), (norm_weights, norm_f));
  };
  template <class T> struct weights<T, false> {
    using embedding_weights = typename table::template weights<T>;
    using layer_weights = typename Layers::template weights<T>;
    using norm_weights = typename Norm::template weights<T>;
    using head_weights = typename linear<linear_config{width, Vocabulary, Head::bias}>::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (embedding_weights, embedding), (layer_weights, layers), (norm_weights, norm_f),
                             (head_weights, lm_head));
  };
  template <class T, capacity Cap> struct saved {
    activations<T, Cap, width> embedded, mixed, normed;
    typename Layers::template saved<T, Cap> layers;
    typename Norm::template saved<T, Cap> norm_f;
  };
  template <class T, capacity Cap> struct state { [[no_unique_address]] state_of<Layers, T, Cap> layers; };

  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::forward_states<State...>
  static void forward(B& on, const weights<W>& w, ids x, rows<T, out> logits, Saved& s, State*... states) {
    table::forward(on, w.embedding, x, s.embedded.of(x.of));
    const auto mix = [&](auto*... at) {
      Layers::forward(on, w.layers, std::as_const(s.embedded).of(x.of), s.mixed.of(x.of), s.layers, at...);
    };
    with_states(mix, layers_of(states)...);
    Norm::forward(on, w.norm_f, std::as_const(s.mixed).of(x.of), s.normed.of(x.of), s.norm_f);
    put_out(on, w, std::as_const(s.normed).of(x.of), logits);
  }
  /// Adds to dw.
  template <class B, class W, class T, class Saved, class... State>
  requires krait::detail::backward_states<State...>
  static void backward(B& on, const weights<W>& w, ids x, const Saved& s, rows<const T, out> dlogits, weights<W>& dw,
                       State*... states) {
    scratch_frame frame(on);
    rows<T, width> d[2];
    for (auto& buffer : d) buffer = frame.template rows<T, width>(x.of);
    if constexpr (Head::tied) {
      tensor<W, 0> none{};
      head<B>::backward_weight(on, s.normed.of(x.of), dlogits, dw.embedding.weight, none);
      head<B>::backward_data(on, w.embedding.weight, dlogits, d[0]);
    } else {
      head<B>::backward_weight(on, s.normed.of(x.of), dlogits, dw.lm_head.weight, dw.lm_head.bias);
      head<B>::backward_data(on, w.lm_head.weight, dlogits, d[0]);
    }
    Norm::backward(on, w.norm_f, s.mixed.of(x.of), s.norm_f, rows<const T, width>(d[0]), d[1], dw.norm_f);
    const auto back = [&](auto*... at) {
      Layers::backward(on, w.layers, s.embedded.of(x.of), s.layers, rows<const T, width>(d[1]), d[0], dw.layers, at...);
    };
    with_states(back, layers_of(states)...);
    table::backward(on, x, rows<const T, width>(d[0]), dw.embedding);
  }
  /// One token of each sequence.
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, ids x, rows<T, out> logits, state<T, Cap>& s) {
    scratch_frame frame(on);
    rows<T, width> d[2];
    for (auto& buffer : d) buffer = frame.template rows<T, width>(x.of);
    table::forward(on, w.embedding, x, d[0]);
    step_of<Cap, Layers>(on, w.layers, rows<const T, width>(d[0]), d[1], s.layers);
    no_state nothing;
    step_of<Cap, Norm>(on, w.norm_f, rows<const T, width>(d[1]), d[0], nothing);
    put_out(on, w, rows<const T, width>(d[0]), logits);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    table::initialise(w.embedding, at);
    Layers::initialise(w.layers, at);
    Norm::initialise(w.norm_f, at);
    if constexpr (!Head::tied) {
      at.normal(w.lm_head.weight, 0.02);
      at.constant(w.lm_head.bias, 0);
    }
  }

 private:
  template <class B, class W, class T>
  static void put_out(B& on, const weights<W>& w, rows<const T, width> x, rows<T, out> logits) {
    if constexpr (Head::tied) {
      const tensor<W, 0> none{};
      head<B>::forward(on, w.embedding.weight, none, x, logits);
    } else {
      head<B>::forward(on, w.lm_head.weight, w.lm_head.bias, x, logits);
    }
  }
  template <class State> static auto* layers_of(State* s) { return s ? &s->layers : nullptr; }
};

}  // namespace krait::model
