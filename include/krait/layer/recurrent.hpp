// krait/layer/recurrent.hpp: what layers of recurrent cells have in common: a product of the input for all tokens at
// once, then the cell token after token. See layer/lstm.hpp and layer/gru.hpp.
#pragma once
#include <cmath>
#include <krait/core/layer.hpp>
#include <krait/kernel/linear/linear.hpp>
#include <krait/kernel/recurrence/recurrence.hpp>

namespace krait {

/// (tokens, In) -> (tokens, Hidden): h of Cell, whose gates get weight_ih x + bias_ih and weight_hh h + bias_hh.
/// Weights under the names, and with the first values, of PyTorch's cells.
template <class Cell, int In, int Hidden> struct recurrent {
  static_assert(In > 0 && Hidden > 0, "lstm, gru: d_model and d_hidden must be positive");
  static constexpr int in = In, out = Hidden, gates_width = Cell::gates * Hidden,
                       kept_width = kernel::recurrence_kept<Cell> * Hidden,
                       state_width = kernel::recurrence_state<Cell> * Hidden;
  template <class B> using product = kernel::linear<B, in, gates_width>;
  template <class B> using op = kernel::recurrence<B, Cell, Hidden>;

  template <class T> struct weights {
    using of_input = tensor<T, gates_width, in>;
    using of_output = tensor<T, gates_width, out>;
    using vector = tensor<T, gates_width>;
    BOOST_HANA_DEFINE_STRUCT(weights, (of_input, weight_ih), (of_output, weight_hh), (vector, bias_ih),
                             (vector, bias_hh));
  };
  template <class T, capacity Cap> struct saved { activations<T, Cap, kept_width> kept; };
  /// Of every sequence h, and behind it c where the cell has one.
  template <class T, capacity Cap> struct state { T h[static_cast<std::size_t>(Cap.sequences) * state_width]; };

  /// With an initial state (null: zeros) and a final one (null: not wanted; may be the same object).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void forward(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, Saved& s,
                      const State* initial = nullptr, State* final = nullptr) {
    on_host<B>();
    scratch_frame frame(on);
    const auto of_x = frame.template rows<T, gates_width>(x.of);
    product<B>::forward(on, w.weight_ih, w.bias_ih, x, of_x);
    op<B>::forward(on, w.weight_hh, w.bias_hh, constant(of_x), y, s.kept.of(x.of),
                   {initial ? initial->h : nullptr, final ? final->h : nullptr});
  }
  /// dfinal: gradient of the loss in the final state (null: none); dinitial: in the initial one (overwritten; null: not
  /// wanted).
  template <class B, class W, class T, class Saved, class State = state<T, capacity{1, 1}>>
  static void backward(B& on, const weights<W>& w, rows<const T, in> x, const Saved& s, rows<const T, out> dy,
                       rows<T, in> dx, weights<W>& dw, const State* initial = nullptr, const State* dfinal = nullptr,
                       State* dinitial = nullptr) {
    on_host<B>();
    scratch_frame frame(on);
    const auto d = frame.template rows<T, gates_width>(x.of);
    op<B>::backward(on, w.weight_hh, s.kept.of(x.of), dy, d, dw.weight_hh, dw.bias_hh,
                    {initial ? initial->h : nullptr, nullptr},
                    {dfinal ? dfinal->h : nullptr, dinitial ? dinitial->h : nullptr});
    product<B>::backward_data(on, w.weight_ih, constant(d), dx);
    product<B>::backward_weight(on, x, constant(d), dw.weight_ih, dw.bias_ih);
  }
  template <class B, class W, class T, capacity Cap>
  static void step(B& on, const weights<W>& w, rows<const T, in> x, rows<T, out> y, state<T, Cap>& s) {
    scratch_frame frame(on);
    forward(on, w, x, y, *frame.template take<saved<T, capacity{Cap.sequences, 1}>>(1), &std::as_const(s), &s);
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) {
    at.fan_in(w.weight_ih, out);
    at.fan_in(w.weight_hh, out);
    at.fan_in(w.bias_ih, out);
    at.fan_in(w.bias_hh, out);
  }

 private:
  template <class B> static void on_host() {
    static_assert(!device_backend<B>,
                  "lstm, gru: there is no kernel on a device yet; train such a model with --device cpu");
  }
};

}  // namespace krait
