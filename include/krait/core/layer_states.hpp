// krait/core/layer_states.hpp: the states of a model's layers one by one, out of the state of the whole.
#pragma once
#include <algorithm>
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

/// f(state of a layer, that of the same layer in `b`) for two states of one model, of whatever capacities.
template <class A, class B, class F> void for_each_layer_state(const A& a, B& b, F&& f) {
  if constexpr (std::is_array_v<A>) {
    for (std::size_t i = 0; i < std::size(a); ++i) for_each_layer_state(a[i], b[i], f);
  } else if constexpr (requires { a.layers; }) {
    for_each_layer_state(a.layers, b.layers, f);
  } else if constexpr (requires { a.mixer; }) {
    for_each_layer_state(a.mixer, b.mixer, f);
  } else if constexpr (requires { a.first; }) {
    for_each_layer_state(a.first, b.first, f);
    if constexpr (requires { a.rest; }) for_each_layer_state(a.rest, b.rest, f);
  } else if constexpr (!std::is_empty_v<A>) {
    f(a, b);
  }
}

namespace detail {
template <std::size_t CountA, std::size_t CountB, class A, class B>
void copy_sequence_part(const A& from, std::size_t i, B& to, std::size_t j, std::size_t most = ~std::size_t{0}) {
  const std::size_t size = std::size(from) / CountA;
  std::copy_n(std::begin(from) + i * size, std::min(size, most), std::begin(to) + j * (std::size(to) / CountB));
}
/// Bytes of a layer's state that copy_layer_sequence knows.
template <class A> constexpr std::size_t known_bytes() {
  std::size_t all = 0;
  if constexpr (requires(A & a) { a.conv; }) all += sizeof(A::conv);
  if constexpr (requires(A & a) { a.h; }) all += sizeof(A::h);
  if constexpr (requires(A & a) { a.S; }) all += sizeof(A::S);
  if constexpr (requires(A & a) { a.position; }) all += sizeof(A::position);
  if constexpr (requires(A & a) { a.k, a.v, a.length; }) all += sizeof(A::k) + sizeof(A::v) + sizeof(A::length);
  return all;
}
/// Of one layer. (A function and no lambda: nvcc loses such questions in a lambda.)
template <std::size_t CountA, std::size_t CountB, class A, class B>
void copy_layer_sequence(const A& a, std::size_t i, B& b, std::size_t j) {
  static_assert(
      sizeof(A) < known_bytes<A>() + alignof(A),
      "copy_sequence: this layer's state holds more than is copied; keep its numbers, a sequence after the other, "
      "in one array h");
  if constexpr (requires { a.conv; }) copy_sequence_part<CountA, CountB>(a.conv, i, b.conv, j);
  if constexpr (requires { a.position; }) copy_sequence_part<CountA, CountB>(a.position, i, b.position, j);
  if constexpr (requires { a.h; }) {
    copy_sequence_part<CountA, CountB>(a.h, i, b.h, j);
  } else if constexpr (requires { a.S; }) {
    copy_sequence_part<CountA, CountB>(a.S, i, b.S, j);
  } else if constexpr (requires { a.k, a.v, a.length; }) {
    const std::size_t used = static_cast<std::size_t>(a.length[i]) * static_cast<std::size_t>(A::width);
    copy_sequence_part<CountA, CountB>(a.k, i, b.k, j, used);
    copy_sequence_part<CountA, CountB>(a.v, i, b.v, j, used);
    copy_sequence_part<CountA, CountB>(a.length, i, b.length, j);
  }
}
}  // namespace detail

/// Sequence i of a model's state becomes sequence j of another one; they hold CountA and CountB of them, of the same
/// greatest length. They may be the same.
template <std::size_t CountA, std::size_t CountB, class A, class B>
void copy_sequence(const A& from, std::size_t i, B& to, std::size_t j) {
  for_each_layer_state(from, to,
                       [&](const auto& a, auto& b) { detail::copy_layer_sequence<CountA, CountB>(a, i, b, j); });
}

/// How many layers of a model carry a state; `State` is that of the whole.
template <class State> int count_layer_states(State& s) {
  int count = 0;
  for_each_layer_state(s, [&](auto&) { ++count; });
  return count;
}

/// All of a layer's state, the last inputs of its convolution (none where it has no convolution), or all but these.
enum class state_part { whole, convolution, recurrence };

/// Adds the numbers that the state of a layer (mamba, selective_ssm, s4d, linear_attention, attention: its pairs) has
/// of sequence s of `sequences`.
template <class Layer>
void append_state_of(const Layer& layer, std::size_t s, std::size_t sequences, std::vector<float>& to,
                     state_part part = state_part::whole) {
  const auto add = [&](const auto& all) {
    const std::size_t size = std::size(all) / sequences;
    to.insert(to.end(), std::begin(all) + s * size, std::begin(all) + (s + 1) * size);
  };
  if constexpr (requires { layer.conv; }) {
    if (part != state_part::recurrence) add(layer.conv);
  }
  if (part == state_part::convolution) return;
  if constexpr (requires { layer.h; }) {
    add(layer.h);
  } else if constexpr (requires { layer.k, layer.v, layer.length; }) {
    const int i = static_cast<int>(s), used = layer.length[i] * Layer::width;
    const auto add_pairs = [&](const auto* all) {
      to.insert(to.end(), all + layer.place(i, 0), all + layer.place(i, 0) + used);
    };
    add_pairs(layer.k), add_pairs(layer.v);
  } else {
    static_assert(
        requires { layer.S; }, "append_state_of: this layer's state is neither h nor S nor k and v");
    add(layer.S);
  }
}

}  // namespace krait
