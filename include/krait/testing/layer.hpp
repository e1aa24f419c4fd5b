// krait/testing/layer.hpp: what holds for every layer, as functions of the layer's type: for tests of a layer of one's
// own.
#pragma once
#include <algorithm>
#include <initializer_list>
#include <krait/core/carry.hpp>
#include <krait/core/checks.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/kernel/reference.hpp>
#include <krait/testing/findings.hpp>
#include <krait/testing/layer_trial.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::testing {

namespace detail {
template <class L>
concept has_state = requires {
  typename L::template state<float, capacity{1, 1}>;
};
inline std::string of(form f) {
  return std::string(f.packed ? ", packed texts" : "") + (f.masked ? ", masked tokens" : "");
}
template <class Backend, class T> std::string by() {
  return std::string(std::is_same_v<Backend, backend::cpu> ? " (CPU, " : " (reference, ") +
         (std::is_same_v<T, float> ? "float)" : "double)");
}
}  // namespace detail

/// backward in double against central differences.
template <class L> findings backward_is_the_slope(int length = 5) {
  findings all;
  for (const form f : forms) {
    trial<double, L> p(2, length, f);
    const auto loss = [&] {
      p.template forward<backend::reference>();
      return inner(p.y, p.dy);
    };
    p.template both<backend::reference>();
    all.add("gradient in x" + detail::of(f), worst(p.dx.values(), slopes(p.x, loss)), layer_slope_tolerance);
    std::vector<std::pair<std::string, std::vector<double>>> found;
    for_each_tensor(*p.dw, [&](const std::string& name, auto& t) {
      found.emplace_back(name, std::vector<double>(t.values().begin(), t.values().end()));
    });
    std::size_t place = 0;
    for_each_value(*p.w, [&](auto& t) {
      const auto& [name, gradient] = found[place++];
      all.add("gradient in " + name + detail::of(f), worst(gradient, slopes(t.values(), loss)), layer_slope_tolerance);
    });
  }
  return all;
}

/// backward adds to the weights' gradients and overwrites the input's.
template <class Backend, class T, class L> findings backward_adds() {
  findings all;
  trial<T, L> p(2, 7, {true, true});
  p.template both<Backend>();
  const std::vector<T> once = values<T>(*p.dw), dx = p.dx.values();
  p.template both<Backend>();
  std::vector<T> twice = values<T>(*p.dw);
  for (T& g : twice) g /= 2;
  all.add("backward adds to the weights' gradients", worst(twice, once), tolerance<T>);
  all.add("backward overwrites the input's gradient", worst(p.dx.values(), dx), 0);
  return all;
}

/// The same on the CPU in T as on the reference in double.
template <class T, class L> findings cpu_is_the_reference(std::initializer_list<int> lengths = {0, 1, 5, 33}) {
  findings all;
  for (const int length : lengths)
    for (const form f : forms) {
      trial<T, L> p(2, length, f);
      trial<double, L> exact(2, length, f);
      p.template both<backend::cpu>();
      exact.template both<backend::reference>();
      const std::string place = " on the CPU, " + std::to_string(length) + " tokens" + detail::of(f);
      all.add("outputs" + place, worst(p.y, exact.y), layer_tolerance<T>);
      all.add("gradient in x" + place, worst(p.dx, exact.dx), layer_tolerance<T>);
      all.add("gradients in the weights" + place, worst(values<T>(*p.dw), values<double>(*exact.dw)),
              layer_tolerance<T>);
    }
  return all;
}

inline constexpr capacity step_capacity{4, 48};
/// Token after token through step gives forward's rows.
template <class Backend, class T, class L> findings steps_are_forward(int length = 11) {
  const int count = 3;
  trial<T, L> p(count, length);
  p.template forward<Backend>();
  struct memory {
    state_of<L, T, step_capacity> it;
  };
  const auto state = make_heap<memory>();
  table<T, L::out> steps(p.of);
  for (int i = 0; i < length; ++i) {
    table<T, L::in> x({count, 1});
    table<T, L::out> y({count, 1});
    for (int s = 0; s < count; ++s) std::copy_n(p.x.in()[s * length + i], L::in, x.out()[s]);
    step_of<step_capacity, L>(on<Backend>(), std::as_const(*p.w), x.in(), y.out(), state->it);
    for (int s = 0; s < count; ++s) std::copy_n(y.in()[s], L::out, steps.out()[s * length + i]);
  }
  findings all;
  all.add("steps are forward, token by token" + detail::by<Backend, T>(), worst(steps, p.y), layer_tolerance<T>);
  return all;
}

/// A text taken in two pieces, the second of which begins from the state that the first has left, gives what the whole
/// gives. Of a layer whose state a step alone carries there is nothing to ask: it is read by steps.
template <class Backend, class T, class L> findings pieces_are_the_whole(int length = 11) {
  findings all;
  if constexpr (stateful_layer<L> && carries_state<L>) {
    const int count = 2, first = length / 3;
    trial<T, L> whole(count, length), before(count, first), after(count, length - first);
    for (int s = 0; s < count; ++s)
      for (int t = 0; t < length; ++t)
        std::copy_n(whole.x.in()[s * length + t], L::in,
                    t < first ? before.x.out()[s * first + t] : after.x.out()[s * (length - first) + t - first]);
    struct memory {
      state_of<L, T, step_capacity> it;
    };
    const auto state = make_heap<memory>(), left = make_heap<memory>();
    using pointer = state_of<L, T, step_capacity>*;
    whole.template forward<Backend>();
    L::forward(on<Backend>(), std::as_const(*before.w), before.x.in(), before.y.out(), before.saved->it,
               static_cast<const std::remove_pointer_t<pointer>*>(nullptr), &state->it);
    L::forward(on<Backend>(), std::as_const(*after.w), after.x.in(), after.y.out(), after.saved->it,
               &std::as_const(state->it), &left->it);
    table<T, L::out> pieces(whole.of);
    for (int s = 0; s < count; ++s)
      for (int t = 0; t < length; ++t)
        std::copy_n(t < first ? before.y.in()[s * first + t] : after.y.in()[s * (length - first) + t - first], L::out,
                    pieces.out()[s * length + t]);
    all.add("a text in two pieces is the whole text" + detail::by<Backend, T>(), worst(pieces, whole.y),
            layer_tolerance<T>);
  }
  return all;
}

/// Changing a token changes no output before it, and its gradient reaches no token after it: to the bit.
template <class Backend, class T, class L> findings nothing_looks_ahead() {
  trial<T, L> before(1, 20), after(1, 20);
  for (int i = 0; i < L::in; ++i) after.x.out()[13][i] += 1;
  for (int i = 0; i < L::out; ++i) after.dy.out()[13][i] += 1;
  before.template forward<Backend>();
  after.template forward<Backend>();
  bool same = true, changed = false;
  for (int t = 0; t < 20; ++t)
    for (int i = 0; i < L::out; ++i)
      (t < 13 ? same : changed) = t < 13 ? same && before.y.in()[t][i] == after.y.in()[t][i]
                                         : changed || before.y.in()[t][i] != after.y.in()[t][i];
  findings all;
  all.add("a later token changes no output before it", same);
  all.add("a token changes what comes after it or its own output", changed);
  after.x = before.x;
  before.template both<Backend>();
  after.template both<Backend>();
  for (int t = 14; t < 20; ++t)
    for (int i = 0; i < L::in; ++i) same = same && before.dx.in()[t][i] == after.dx.in()[t][i];
  all.add("the gradient of an output reaches no token after it", same);
  return all;
}

/// Texts packed into one sequence give what each alone gives, gradients as well.
template <class Backend, class T, class L> findings packed_texts_are_apart() {
  const int borders[] = {0, 1, 2, 9, 13, 30};
  trial<T, L> packed(1, 30, {true, false});
  std::fill(packed.starts.begin(), packed.starts.end(), std::uint8_t{0});
  for (const int border : borders)
    if (border < 30) packed.starts[static_cast<std::size_t>(border)] = 1;
  packed.template both<Backend>();
  std::vector<T> y, dx, dw(values<T>(*packed.dw).size());
  for (int i = 0; i + 1 < 6; ++i) {
    trial<T, L> alone(1, borders[i + 1] - borders[i]);
    alone.take(packed, borders[i]);
    alone.template both<Backend>();
    for (const T v : alone.y.values()) y.push_back(v);
    for (const T v : alone.dx.values()) dx.push_back(v);
    const std::vector<T> part = values<T>(*alone.dw);
    for (std::size_t j = 0; j < dw.size(); ++j) dw[j] += part[j];
  }
  findings all;
  const std::string are = " of packed texts are those of each alone" + detail::by<Backend, T>();
  all.add("outputs" + are, worst(packed.y.values(), y), layer_tolerance<T>);
  all.add("gradients in x" + are, worst(packed.dx.values(), dx), layer_tolerance<T>);
  all.add("gradients in the weights" + are, worst(values<T>(*packed.dw), dw), layer_tolerance<T>);
  return all;
}

/// Kept tokens give what they would give if the masked ones were not there; nothing flows from them into masked ones.
template <class Backend, class T, class L> findings masked_tokens_are_absent() {
  trial<T, L> masked(1, 30, {false, true});
  std::vector<int> kept;
  for (int t = 0; t < 30; ++t)
    if (masked.keep[static_cast<std::size_t>(t)])
      kept.push_back(t);
    else
      std::fill_n(masked.dy.out()[t], L::out, T(0));
  trial<T, L> without(1, static_cast<int>(kept.size()));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::copy_n(masked.x.in()[kept[i]], L::in, without.x.out()[i]);
    std::copy_n(masked.dy.in()[kept[i]], L::out, without.dy.out()[i]);
  }
  masked.template both<Backend>();
  without.template both<Backend>();
  std::vector<T> y, dx;
  for (const int t : kept) {
    y.insert(y.end(), masked.y.in()[t], masked.y.in()[t] + L::out);
    dx.insert(dx.end(), masked.dx.in()[t], masked.dx.in()[t] + L::in);
    for (int i = 0; i < L::in; ++i) masked.dx.out()[t][i] = 0;
  }
  findings all;
  const std::string are = " with masked tokens are those without them" + detail::by<Backend, T>();
  all.add("outputs" + are, worst(y, without.y.values()), layer_tolerance<T>);
  all.add("gradients in x" + are, worst(dx, without.dx.values()), layer_tolerance<T>);
  all.add("gradients in the weights" + are, worst(values<T>(*masked.dw), values<T>(*without.dw)), layer_tolerance<T>);
  all.add("gradients in masked tokens are 0" + detail::by<Backend, T>(), worst(masked.dx, table<T, L::in>(masked.of)),
          0);
  return all;
}

/// All that a layer promises (core/layer.hpp): gradients against central differences, the CPU in float against the
/// reference in double, a step at a time against all tokens at once, two pieces against the whole where forward carries
/// the state, packed texts, masked tokens, and that no token
/// sees a later one. For a layer with initialise() of its own kind of weights: these are filled with numbers around 0
/// (matrices, biases), around 1 (other vectors), and as fill_weights says.
///   const auto found = krait::testing::is_a_layer<my_layer<8>>();
///   std::fputs(found.text().c_str(), stderr);
///   return found.good() ? 0 : 1;
template <class L> findings is_a_layer() {
  static_assert(all_fit<fits_as_layer<L>>());
  static_assert(
      !detail::has_state<L> || stateful_layer<L>,
      "is_a_layer: L has a 'state' and no 'step(on, weights, x, y, state)' that takes it, so that nothing would "
      "carry it (core/layer.hpp)");
  findings all;
  const auto add = [&](const findings& more) { all.insert(all.end(), more.begin(), more.end()); };
  add(backward_is_the_slope<L>());
  add(backward_adds<backend::cpu, float, L>());
  add(cpu_is_the_reference<float, L>());
  add(steps_are_forward<backend::reference, double, L>());
  add(steps_are_forward<backend::cpu, float, L>());
  add(pieces_are_the_whole<backend::reference, double, L>());
  add(pieces_are_the_whole<backend::cpu, float, L>());
  add(nothing_looks_ahead<backend::cpu, float, L>());
  add(packed_texts_are_apart<backend::reference, double, L>());
  add(packed_texts_are_apart<backend::cpu, float, L>());
  add(masked_tokens_are_absent<backend::reference, double, L>());
  add(masked_tokens_are_absent<backend::cpu, float, L>());
  return all;
}

}  // namespace krait::testing
