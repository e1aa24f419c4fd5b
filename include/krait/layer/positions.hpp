// krait/layer/positions.hpp: learned positions, y = x + weight[position of the token in its text]. GPT-2's wpe.
#pragma once
#include <algorithm>
#include <krait/core/layer.hpp>
#include <krait/kernel/positions/positions.hpp>

namespace krait {

struct positions_config {
  int length;               // positions there are
  double deviation = 0.02;  // of the first values: GPT-2 0.02, PyTorch's Embedding 1
};

/// (tokens, Width) -> (tokens, Width). Positions count from the start of a packed text; masked tokens take none
/// and pass through. On a device every text begins at the first position: there is no state to begin from.
template <int Width, positions_config C> struct learned_positions {
  static constexpr int in = Width, out = Width;
  template <class T> struct weights {
    using matrix = tensor<T, C.length, Width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (matrix, weight));
  };
  template <class T, capacity> struct saved {};
  /// Tokens so far of each sequence.
  template <class T, capacity Cap> struct state { int position[Cap.sequences]; };

  template <class B> using op = kernel::positions<B, C.length, Width>;

  template <class B, class W, class T, class Saved>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved&) {
    op<B>::forward(on, w.weight, x, y);
  }
  template <class B, class W, class T, class Saved, class State>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved&, const State* initial,
                      State* final) {
    on_host<B>();
    op<B>::forward(on, w.weight, x, y, {initial ? initial->position : nullptr, final ? final->position : nullptr});
  }
  template <class B, class W, class T, class Saved>
  static void backward(B& on, const weights<W>&, rows<const T, in>, const Saved&, rows<const T, out> dy, rows<T, in> dx,
                       weights<W>& dw) {
    op<B>::backward(on, dy, dx, dw.weight);
  }
  /// A position has no gradient: dinitial becomes zero.
  template <class B, class W, class T, class Saved, class Initial, class Final, class State>
  static void backward(B& on, const weights<W>&, rows<const T, in> x, const Saved&, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw, const Initial* initial, const Final*, State* dinitial) {
    on_host<B>();
    if (dinitial) std::fill_n(dinitial->position, x.of.count, 0);
    op<B>::backward(on, dy, dx, dw.weight, initial ? initial->position : nullptr);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    on_host<B>();
    op<B>::forward(on, w.weight, x, y, {s.position, s.position});
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.normal(w.weight, C.deviation); }

 private:
  template <class B> static void on_host() {
    static_assert(
        !device_backend<B>,
        "learned_positions: on a device no text begins at a state; forward from a state, or step, on the CPU");
  }
};
static_assert(stateful_layer<learned_positions<8, positions_config{4}>>);

}  // namespace krait
