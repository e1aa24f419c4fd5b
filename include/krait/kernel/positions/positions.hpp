// krait/kernel/positions/positions.hpp: a row of a table for every position, added. The contract, and how positions
// count.
#pragma once
#include <krait/core/error.hpp>
#include <krait/core/rows.hpp>
#include <string>

namespace krait::kernel {

/// Positions count from the start of a packed text; masked tokens take none and pass through.
/// forward(on, weight, x, y): weight (Length, Width), x (tokens, Width) -> y = x + weight[position], which may be x.
/// backward(on, dy, dx, dweight): -> dx = dy (may be dy), dweight (added to).
/// On the host both may begin where texts stand already: forward(on, weight, x, y, position_states), backward(on, dy,
/// dx, dweight, initial). Throws data_error where a text is longer than Length (on a device: where a sequence is).
template <class Backend, int Length, int Width> struct positions;

/// Tokens so far of every sequence's text, (sequences); null: none before, not wanted after. They may be the same.
struct position_states {
  const int* initial = nullptr;
  int* final = nullptr;
};

namespace detail {
template <int Length> int checked_position(int position) {
  if (position >= Length)
    throw data_error("A text of " + std::to_string(position + 1) + " tokens meets a model of " +
                     std::to_string(Length) + " learned positions; shorten it or give the model more.");
  return position;
}
/// f(token, position), no_position for a masked token.
inline constexpr int no_position = -1;
template <int Length, class F> void each_position(sequences of, position_states states, F&& f) {
  for (int s = 0; s < of.count; ++s) {
    int p = states.initial ? states.initial[s] : 0;
    for (int t = s * of.length; t < (s + 1) * of.length; ++t) {
      if (of.starts && of.starts[t]) p = 0;
      f(t, of.keep && !of.keep[t] ? no_position : checked_position<Length>(p++));
    }
    if (states.final) states.final[s] = p;
  }
}
}  // namespace detail

}  // namespace krait::kernel
