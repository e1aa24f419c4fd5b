// krait/kernel/recurrence/recurrence.hpp: a cell that is fed its own output, token after token. The contract; the cells
// stand beside it, one a file, the loops that both host backends share in host.hpp.
#pragma once
#include <krait/core/rows.hpp>

namespace krait::kernel {

/// Cell says
///   gates              how many gates it has
///   memory             whether it hands on c beside its output h
///   forward<M, T>      from each gate's share of x and of h: gates, the next h and c, and one number that backward
///   needs backward<M, T>     from the gradients in h and c after the token: those in every gate's two shares, in c
///   before it,
///                      and in h before it as far as that does not go through the gates
/// where M has the arithmetic: of single numbers, or of vectors.
///
/// forward : of_x (tokens, gates Width), weight (gates Width, Width), bias (gates Width)
///           -> y (tokens, Width) = h, kept (tokens, (gates + 2) Width) for backward; gates of h = weight h + bias.
/// backward: kept as forward left it, dy -> d_of_x (overwritten), dweight and dbias (added to).
/// States are (sequences, Width), or (sequences, 2 Width) with memory: h, then c. Where a text starts both are zero; a
/// masked token leaves them alone and puts out zero.
template <class Backend, class Cell, int Width> struct recurrence;

template <class Cell> inline constexpr int recurrence_kept = Cell::gates + 2;    // gates, one number, h
template <class Cell> inline constexpr int recurrence_state = Cell::memory + 1;  // h, c

/// initial: null for zeros; final: null where it is not wanted; may be the same.
template <class T> struct recurrence_states {
  const T* initial = nullptr;
  T* final = nullptr;
};
/// final: gradient of the loss in the final state, null for none; initial: overwritten, null where it is not wanted.
template <class T> struct recurrence_state_gradients {
  const T* final = nullptr;
  T* initial = nullptr;
};

/// What a cell computes with: M's numbers over the scalar T.
template <class M, class T> using cell_value = typename M::template value<T>;

}  // namespace krait::kernel
