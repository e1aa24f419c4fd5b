// krait/core/layer.hpp: what a layer is: a type with weights<T>, saved<T, Capacity>, forward and backward.
#pragma once
#include <concepts>
#include <krait/core/bfloat16.hpp>
#include <krait/core/initialiser.hpp>
#include <krait/core/reflect.hpp>
#include <krait/core/rows.hpp>
#include <krait/core/scratch.hpp>
#include <krait/core/tensor.hpp>
#include <type_traits>
#include <utility>

namespace krait {

/// Stands for any backend where a concept asks whether a call would compile.
struct any_backend;

/// A backend whose memory is a device's: the host computes addresses in it and reads nothing, so that not even the sum
/// of a loss comes back by itself.
template <class B>
concept device_backend = requires {
  typename B::loss_sum;
};

/// A layer maps (tokens, in) to (tokens, out):
///   template <class T> struct weights;                    its parameters, reflected by BOOST_HANA_DEFINE_STRUCT
///   template <class T, capacity Cap> struct saved;        what backward needs beyond x
///   forward (on, weights, x, y, saved)
///   backward(on, weights, x, saved, dy, dx, dweights)     overwrites dx, which is not dy; adds to dweights
///   initialise(weights, initialiser&)
/// All are static; nothing is virtual or allocated. Where x is of bfloat16, on a device, weights and their gradients
/// stay float, and so do sums, states and statistics that are kept: sum_type<T>. With packed texts or masks in x.of, a
/// token sees its own text only.
/// A layer may have forward_onto(on, weights, x, base, y, saved) -> y = base + what forward gives, and
/// backward_onto(on, weights, x, saved, dy, base, dx, dweights) -> dx = base + what backward gives: a residual branch
/// then uses them.
template <class L>
concept layer = requires {
  { L::in } -> std::convertible_to<int>;
  { L::out } -> std::convertible_to<int>;
  requires std::is_trivially_copyable_v<typename L::template weights<float>>;
  typename L::template saved<float, capacity{1, 1}>;
}
&&requires(any_backend& on, typename L::template weights<float>& w,
           typename L::template saved<float, capacity{1, 1}>& s, rows<float, L::in> x, rows<float, L::out> y,
           initialiser& at) {
  L::forward(on, std::as_const(w), rows<const float, L::in>(x), y, s);
  L::backward(on, std::as_const(w), rows<const float, L::in>(x), std::as_const(s), rows<const float, L::out>(y), x, w);
  L::initialise(w, at);
};

/// A layer that carries state from token to token: state<T, Cap> holds it for Cap.sequences sequences of up to
/// Cap.length tokens, zero at first; step(on, weights, x, y, state) takes one token of each sequence (x.of =
/// {sequences, 1}). T steps give what forward gives over T tokens, to rounding. For answers of a text study the numbers
/// of a state stand in one array h, a sequence after the other (core/layer_states.hpp).
///
/// Its forward and backward may carry the state as well, so that a text can be taken in pieces or one model's state
/// handed to another; pointers to states, of any capacity for as many sequences:
///   forward (on, weights, x, y, saved, initial, final)     initial: null for zeros; final: null where it is not wanted
///   backward(on, weights, x, saved, dy, dx, dweights, initial, dfinal, dinitial)
/// final may be initial itself, where no backward follows: backward is given the initial state as forward was. dfinal
/// is the gradient of the loss in the final state (null: none), dinitial that in the initial one (overwritten; null:
/// not wanted), both laid out as a state; whole numbers in a state have no gradient, and 0 stands for it. A layer made
/// of layers carries what they carry: see core/carry.hpp.
template <class L>
concept stateful_layer = layer<L> &&
    requires(any_backend& on, const typename L::template weights<float>& w, rows<const float, L::in> x,
             rows<float, L::out> y, typename L::template state<float, capacity{1, 1}>& s) {
  L::step(on, w, x, y, s);
};

/// State of a layer that has none.
struct no_state {};

namespace detail {
template <class L, class T, capacity Cap> struct state_of_layer { using type = no_state; };
template <stateful_layer L, class T, capacity Cap> struct state_of_layer<L, T, Cap> {
  using type = typename L::template state<T, Cap>;
};
}  // namespace detail

/// Residual branches that a layer adds to a stack: what it says as L::branches, else none.
template <class L>
inline constexpr int branches_of = [] {
  if constexpr (requires { L::branches; }) return int{L::branches};
  return 0;
}();

/// L's state, or no_state.
template <class L, class T, capacity Cap> using state_of = typename detail::state_of_layer<L, T, Cap>::type;

/// One token of each sequence through any layer: its own step, or forward on single tokens where it has no state.
template <capacity Cap, class L, class B, class W, class T, class State>
void step_of(B& on, const W& w, rows<const T, L::in> x, rows<T, L::out> y, State& state) {
  if constexpr (stateful_layer<L>) {
    L::step(on, w, x, y, state);
  } else {
    scratch_frame frame(on);
    auto* saved = frame.template take<typename L::template saved<T, capacity{Cap.sequences, 1}>>(1);
    L::forward(on, w, x, y, *saved);
  }
}

}  // namespace krait
