// krait/layer/residual.hpp: y = x + mixer(norm(x)), the pre-norm residual branch.
#pragma once
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>
#include <krait/kernel/add/add.hpp>

namespace krait {

namespace detail {
/// Widths as arguments, so that the compiler's message shows them.
template <class Norm, class Mixer, int Width = Norm::in, int Normed = Norm::out, int In = Mixer::in,
          int Out = Mixer::out>
struct branch_widths {
  static_assert(Width == Normed, "residual: Norm takes Width features and puts out Normed, which must be as many");
  static_assert(Normed == In && In == Out,
                "residual: Mixer takes In features and puts out Out, which must both be the norm's Normed");
};
}  // namespace detail

/// (tokens, width) -> (tokens, width). Norm and Mixer keep the width. A mixer that has forward_onto, and a norm that
/// has backward_onto, add what goes past them as they write; for others a kernel of its own does. Carries what the
/// mixer carries.
template <class Norm, class Mixer>
requires(all_fit<fits_as_layer<Norm>, fits_as_layer<Mixer>>()) struct residual {
  static_assert(sizeof(detail::branch_widths<Norm, Mixer>) > 0);
  static constexpr int in = Norm::in, out = in;
  static constexpr int branches = 1;
  static constexpr bool carries = carries_state<Mixer>;
  template <class T> struct weights {
    using norm_weights = typename Norm::template weights<T>;
    using mixer_weights = typename Mixer::template weights<T>;
    BOOST_HANA_DEFINE_STRUCT(weights, (norm_weights, norm), (mixer_weights, mixer));
  };
  template <class T, capacity Cap> struct saved {
    typename Norm::template saved<T, Cap> norm;
    activations<T, Cap, in> normed;
    typename Mixer::template saved<T, Cap> mixer;
  };
  template <class T, capacity Cap> struct state { [[no_unique_address]] state_of<Mixer, T, Cap> mixer; };

  template <class B, class W, class T, class Saved, class... State>
  requires detail::forward_states<State...>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s, State*... states) {
    Norm::forward(on, w.norm, x, s.normed.of(x.of), s.norm);
    const auto normed = std::as_const(s.normed).of(x.of);
    with_states([&](auto*... at) { mix(on, w.mixer, normed, x, y, s.mixer, at...); }, mixer_of(states)...);
  }
  template <class B, class W, class T, class Saved, class... State>
  requires detail::backward_states<State...>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw, State*... states) {
    scratch_frame frame(on);
    const auto dnormed = frame.template rows<T, in>(x.of);
    const auto back = [&](auto*... at) {
      Mixer::backward(on, w.mixer, s.normed.of(x.of), s.mixer, dy, dnormed, dw.mixer, at...);
    };
    with_states(back, mixer_of(states)...);
    const rows<const T, in> through(dnormed);
    if constexpr (requires { Norm::backward_onto(on, w.norm, x, s.norm, through, dy, dx, dw.norm); }) {
      Norm::backward_onto(on, w.norm, x, s.norm, through, dy, dx, dw.norm);
    } else {
      Norm::backward(on, w.norm, x, s.norm, through, dx, dw.norm);
      kernel::add<B, in>::forward(on, rows<const T, in>(dx), dy, dx);
    }
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    const auto normed = frame.template rows<T, in>(x.of);
    no_state none;
    step_of<Cap, Norm>(on, w.norm, x, normed, none);
    step_of<Cap, Mixer>(on, w.mixer, rows<const T, in>(normed), y, s.mixer);
    kernel::add<B, in>::forward(on, x, rows<const T, in>(y), y);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    Norm::initialise(w.norm, at);
    Mixer::initialise(w.mixer, at);
  }

 private:
  /// x and what the mixer makes of `normed`. (A function and no lambda: nvcc loses such a question in a lambda.)
  template <class B, class W, class T, class Saved, class... State>
  static void mix(B& on, const W& w, rows<const T, in> normed, rows<const T, in> x, rows<T, out> y, Saved& s,
                  State*... states) {
    if constexpr (requires { Mixer::forward_onto(on, w, normed, x, y, s, states...); }) {
      Mixer::forward_onto(on, w, normed, x, y, s, states...);
    } else {
      Mixer::forward(on, w, normed, y, s, states...);
      kernel::add<B, in>::forward(on, x, rows<const T, in>(y), y);
    }
  }
  template <class State> static auto* mixer_of(State* s) { return s ? &s->mixer : nullptr; }
};

}  // namespace krait
