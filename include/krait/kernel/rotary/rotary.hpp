// krait/kernel/rotary/rotary.hpp: rotary positions: pairs of a head's numbers are turned by an angle that grows with
// the position. Su et al. 2021 (arXiv:2104.09864), eq. 34, with halves for pairs as in GPT-NeoX and transformers.
#pragma once
#include <krait/kernel/positions/positions.hpp>
#include <limits>

namespace krait::kernel {

struct rotary_config {
  int dims = 0;         // of a head that are turned, the first ones; 0: none
  double base = 10000;  // pair i is turned by position * base^(-2 i / dims)
};

/// forward(on, x, states): turns x (tokens, Heads * HeadWidth) in place: numbers i and i + dims / 2 of every head are a
/// pair. backward(on, dx, states): turns back, which is the gradient. Positions count as in kernel/positions, from
/// states.initial on (null: from 0); masked tokens stay as they are.
template <class Backend, int Heads, int HeadWidth, rotary_config C> struct rotary;

namespace detail {
template <class F> void each_turn(sequences of, position_states states, F&& f) {
  each_position<std::numeric_limits<int>::max()>(of, states, [&](int t, int p) {
    if (p != no_position) f(t, p);
  });
}
}  // namespace detail

}  // namespace krait::kernel
