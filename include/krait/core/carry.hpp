// krait/core/carry.hpp: a forward that begins from a state and leaves one, through layers made of layers.
#pragma once
#include <krait/core/layer.hpp>
#include <type_traits>

namespace krait {

/// Calls f(states...), or f() where they are of a layer that has no state, or an empty one. `states` are pointers:
/// initial and final of a forward, or initial, dfinal and dinitial of a backward; or none, where nothing is carried.
template <class F, class... State> void with_states(F&& f, State*... states) {
  if constexpr ((std::is_empty_v<State> || ...))
    f();
  else
    f(states...);
}

namespace detail {
/// As many states as a forward and a backward of a layer take.
template <class... State> inline constexpr bool forward_states = sizeof...(State) == 0 || sizeof...(State) == 2;
template <class... State> inline constexpr bool backward_states = sizeof...(State) == 0 || sizeof...(State) == 3;
}  // namespace detail

}  // namespace krait
