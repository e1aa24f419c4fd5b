// krait/core/layer_states.hpp: the states of a model's layers one by one, out of the state of the whole.
#pragma once
#include <type_traits>

namespace krait {

/// f(state of a layer) for every layer that has one, in the order in which a token meets them: walks through what
/// chain, repeat, residual and language_model nest.
template <class State, class F> void for_each_layer_state(State& s, F&& f) {
  if constexpr (std::is_array_v<State>) {
    for (auto& one : s) for_each_layer_state(one, f);
  } else if constexpr (requires { s.layers; }) {
    for_each_layer_state(s.layers, f);
  } else if constexpr (requires { s.mixer; }) {
    for_each_layer_state(s.mixer, f);
  } else if constexpr (requires { s.first; }) {
    for_each_layer_state(s.first, f);
    if constexpr (requires { s.rest; }) for_each_layer_state(s.rest, f);
  } else if constexpr (!std::is_empty_v<State>) {
    f(s);
  }
}

/// How many layers of a model carry a state; `State` is that of the whole.
template <class State> int count_layer_states(State& s) {
  int count = 0;
  for_each_layer_state(s, [&](auto&) { ++count; });
  return count;
}

}  // namespace krait
