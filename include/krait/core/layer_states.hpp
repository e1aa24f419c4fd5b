// krait/core/layer_states.hpp: the states of a model's layers one by one, out of the state of the whole.
#pragma once
#include <cstddef>
#include <iterator>
#include <type_traits>
#include <vector>

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

/// Adds the numbers that the state of a layer (mamba, selective_ssm, s4d, linear_attention) has of sequence s of
/// `sequences`.
template <class Layer>
void append_state_of(const Layer& layer, std::size_t s, std::size_t sequences, std::vector<float>& to) {
  const auto add = [&](const auto& all) {
    const std::size_t size = std::size(all) / sequences;
    to.insert(to.end(), std::begin(all) + s * size, std::begin(all) + (s + 1) * size);
  };
  if constexpr (requires { layer.conv; }) add(layer.conv);
  if constexpr (requires { layer.h; }) {
    add(layer.h);
  } else {
    static_assert(
        requires { layer.S; }, "append_state_of: this layer's state is neither h nor S");
    add(layer.S);
  }
}

}  // namespace krait
