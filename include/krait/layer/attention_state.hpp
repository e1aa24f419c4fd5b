// krait/layer/attention_state.hpp: the state of attention, keys and values of the tokens so far or of the newest of
// them, and how tokens stand behind it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/rows.hpp>
#include <string>

namespace krait {

/// Pairs of keys and values, (sequences, length, Width) each: of every sequence the newest `length` of the `position`
/// tokens that it has behind it. Rotary keys are turned by their places in the whole text.
template <class T, capacity Cap, int Width> struct attention_state {
  static constexpr int width = Width;
  T k[static_cast<std::size_t>(Cap.tokens()) * Width], v[static_cast<std::size_t>(Cap.tokens()) * Width];
  int length[Cap.sequences], position[Cap.sequences];

  /// Where pair j of sequence i lies.
  static constexpr std::size_t place(int i, int j) { return (static_cast<std::size_t>(i) * Cap.length + j) * Width; }

  void clear(int i) { length[i] = position[i] = 0; }
  void keep(int i, const T* key, const T* value) {
    if (length[i] == Cap.length)
      throw data_error("Attention holds at most " + std::to_string(Cap.length) +
                       " tokens of a sequence; raise the state's capacity or stop earlier.");
    const std::size_t at = place(i, length[i]++);
    ++position[i];
    std::copy_n(key, Width, k + at);
    std::copy_n(value, Width, v + at);
  }
  /// The first `count` sequences of another state, which may be null (nothing) or this one.
  void begin_from(const attention_state* other, int count) {
    for (int i = 0; i < count; ++i) {
      if (other == this) continue;
      if (!other) {
        clear(i);
        continue;
      }
      length[i] = other->length[i], position[i] = other->position[i];
      std::copy_n(other->k + place(i, 0), length[i] * Width, k + place(i, 0));
      std::copy_n(other->v + place(i, 0), length[i] * Width, v + place(i, 0));
    }
  }
  /// Forgets all pairs of every sequence but the newest `most`.
  void keep_newest(int most) {
    for (int i = 0; i < Cap.sequences; ++i) {
      const int gone = length[i] - most;
      if (gone <= 0) continue;
      std::copy_n(k + place(i, gone), most * Width, k + place(i, 0));
      std::copy_n(v + place(i, gone), most * Width, v + place(i, 0));
      length[i] = most;
    }
  }
};

namespace detail {

/// The tokens of `own` behind the pairs of their state as one problem of attention: each sequence has `before` rows in
/// front, of which the last are its pairs and the others masked.
struct behind_pairs {
  sequences own, of;
  int before = 0;

  /// The frame outlives it. initial: null for no pairs.
  template <class Frame, class State>
  behind_pairs(Frame& frame, sequences tokens, const State* initial) : own(tokens), of(tokens) {
    if (initial && own.count > 0) before = *std::max_element(initial->length, initial->length + own.count);
    if (before == 0) return;
    of.length += before;
    auto* starts = frame.template take<std::uint8_t>(static_cast<std::size_t>(of.tokens()));
    auto* kept = frame.template take<std::uint8_t>(static_cast<std::size_t>(of.tokens()));
    bool all_kept = !own.keep;
    for (int i = 0, row = 0; i < of.count; ++i)
      for (int t = -before; t < own.length; ++t, ++row) {
        const int token = i * own.length + t;
        starts[row] = t >= 0 && own.starts && own.starts[token];
        kept[row] = t < 0 ? t >= -initial->length[i] : !own.keep || own.keep[token];
        all_kept = all_kept && kept[row];
      }
    if (own.starts) of.starts = starts;
    of.keep = all_kept ? nullptr : kept;
  }
  /// f(row of the whole, own token) for every own token.
  template <class F> void each_token(F&& f) const {
    for (int t = 0; t < own.tokens(); ++t) f(t / own.length * of.length + before + t % own.length, t);
  }
  /// f(row of the whole, sequence, pair of it) for every pair.
  template <class State, class F> void each_pair(const State& initial, F&& f) const {
    for (int i = 0; i < own.count; ++i)
      for (int j = 0; j < initial.length[i]; ++j) f(i * of.length + before - initial.length[i] + j, i, j);
  }
};

/// How the tokens of `of` enter the final state of sequence i: pair(j) for each pair of the initial one that is left,
/// token(t, place) for each token that stands in it.
template <class State, class Pair, class Token>
void each_left(const State* initial, sequences of, int i, Pair&& pair, Token&& token) {
  const int first = i * of.length, end = first + of.length;
  int begin = end;
  while (begin > first && !(of.starts && of.starts[begin - 1])) --begin;
  int place = 0;
  if (begin > first)
    --begin;  // a packed text of its own: what came before is forgotten
  else if (initial)
    for (; place < initial->length[i]; ++place) pair(place);
  for (int t = begin; t < end; ++t)
    if (!of.keep || of.keep[t]) token(t, place++);
}

}  // namespace detail

}  // namespace krait
