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
/// A forward that takes an initial and a final state.
template <class L>
concept forward_carries = requires(any_backend& on, const typename L::template weights<float>& w,
                                   typename L::template saved<float, capacity{1, 1}>& s, rows<const float, L::in> x,
                                   rows<float, L::out> y, const typename L::template state<float, capacity{1, 1}>* from,
                                   typename L::template state<float, capacity{1, 1}>* to) {
  L::forward(on, w, x, y, s, from, to);
};
template <class L> constexpr bool find_carries() {
  if constexpr (requires { L::carries; })
    return L::carries;
  else if constexpr (stateful_layer<L>)
    return forward_carries<L>;
  else
    return true;
}
/// As many states as a forward and a backward of a layer take.
template <class... State> inline constexpr bool forward_states = sizeof...(State) == 0 || sizeof...(State) == 2;
template <class... State> inline constexpr bool backward_states = sizeof...(State) == 0 || sizeof...(State) == 3;
}  // namespace detail

/// Whether forward carries all the state that there is: a layer of one's own may have a step alone. A layer of layers
/// says so as L::carries.
template <class L> inline constexpr bool carries_state = detail::find_carries<L>();

}  // namespace krait
