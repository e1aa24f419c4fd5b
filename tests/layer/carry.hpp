// tests/layer/carry.hpp: what holds for a layer or model whose forward begins from a state and leaves one. A `Run<T>`
// is a batch with all that forward and backward make of it: see layer_run here and text_run in ../model/carry.hpp.
#pragma once
#include <krait/core/carry.hpp>

#include "layers.hpp"

namespace krait::testing {

inline constexpr capacity carry_capacity{2, 12};
/// Layer upon layer bends more than one does: central differences have to stand nearer.
inline constexpr double near_by = 2.5e-4;

/// The scalars of a state that holds no whole numbers, all of one type.
template <class T, class State> std::span<T> scalars(State& state) {
  static_assert(sizeof(State) % sizeof(T) == 0);
  return {reinterpret_cast<T*>(&state), sizeof(State) / sizeof(T)};
}

/// What layers and models share. L: what runs.
template <class T, class L> struct carried {
  using model = L;
  using weights = typename L::template weights<sum_type<T>>;
  using saved_type = typename L::template saved<T, carry_capacity>;
  using state = typename L::template state<T, carry_capacity>;
  template <class U> using shared = std::shared_ptr<U>;
  array<std::uint8_t> starts, keep;
  sequences of;
  table<T, L::out> y{of}, dy{of, "dy"};
  shared<weights> w = testing::make_shared<weights>(), dw = testing::make_shared<weights>();
  shared<saved_type> saved = testing::make_shared<saved_type>();
  shared<state> initial = testing::make_shared<state>(), final = testing::make_shared<state>(),
                dinitial = testing::make_shared<state>(), dfinal = testing::make_shared<state>();

  carried(int count, int length, form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.75)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr} {
    fill_weights(*w);
  }
  /// Numbers in the initial state and in the gradient of the final one.
  void fill_states() {
    fill(scalars<sum_type<T>>(*initial), "initial", 0.5);
    fill(scalars<sum_type<T>>(*dfinal), "dfinal");
  }
};

template <class T, class L> struct layer_run : carried<T, L> {
  using base = carried<T, L>;
  using typename base::state;
  table<T, L::in> x{this->of, "x"}, dx{this->of};
  explicit layer_run(int count, int length, form f = {}) : base(count, length, f) {}
  template <class Backend> void forward(const state* initial, state* final) {
    L::forward(on<Backend>(), std::as_const(*this->w), x.in(), this->y.out(), *this->saved, initial, final);
    settle<Backend>();
  }
  template <class Backend> void backward(const state* initial, const state* dfinal, state* dinitial) {
    const auto& s = std::as_const(*this->saved);
    if constexpr (layer<L>)
      L::backward(on<Backend>(), std::as_const(*this->w), x.in(), s, this->dy.in(), dx.out(), *this->dw, initial,
                  dfinal, dinitial);
    else  // a model: its input's gradient is not asked for
      L::backward(on<Backend>(), std::as_const(*this->w), x.in(), s, this->dy.in(), *this->dw, initial, dfinal,
                  dinitial);
    settle<Backend>();
  }
  /// Token t of each sequence of `whole` is this run's only one.
  template <class Backend> void step(const layer_run& whole, int t, state& s) {
    take(whole, t);
    L::step(on<Backend>(), std::as_const(*this->w), x.in(), this->y.out(), s);
    settle<Backend>();
  }
  /// Tokens from `begin` on of each sequence of `whole`.
  void take(const layer_run& whole, int begin) {
    for (int s = 0; s < this->of.count; ++s)
      for (int t = 0; t < this->of.length; ++t)
        std::copy_n(whole.x.in()[s * whole.of.length + begin + t], L::in, x.out()[s * this->of.length + t]);
  }
};

/// The rows of tokens [begin, begin + part.of.length) of each sequence of `whole`.
template <class Table> void put(const Table& part, int begin, Table& whole) {
  for (int s = 0; s < part.of.count; ++s)
    for (int t = 0; t < part.of.length; ++t)
      std::copy_n(part.in()[s * part.of.length + t], decltype(part.in())::width,
                  whole.out()[s * whole.of.length + begin + t]);
}

/// A loss of outputs and final state, from a state; and its gradients.
template <class Backend, class Run> double carried_loss(Run& p) {
  p.template forward<Backend>(p.initial.get(), p.final.get());
  double sum = inner(p.y, p.dy);
  const auto final = scalars<double>(*p.final), d = scalars<double>(*p.dfinal);
  for (std::size_t i = 0; i < final.size(); ++i) sum += final[i] * d[i];
  return sum;
}
template <class Backend, class Run> void both_from_a_state(Run& p) {
  p.fill_states();
  p.template forward<Backend>(p.initial.get(), p.final.get());
  p.template backward<Backend>(p.initial.get(), p.dfinal.get(), p.dinitial.get());
}

/// T steps from a state give forward's rows from it, and leave the state that forward leaves.
template <class Backend, class Run, class T> void steps_from_a_state_are_forward() {
  constexpr int length = 7;
  Run whole(2, length), one(2, 1);
  whole.fill_states();
  whole.template forward<Backend>(whole.initial.get(), whole.final.get());
  auto steps = whole.y;
  for (int t = 0; t < length; ++t) {
    one.template step<Backend>(whole, t, *whole.initial);
    put(one.y, t, steps);
  }
  BOOST_TEST(worst(steps, whole.y) <= layer_tolerance<T>);
  BOOST_TEST(worst(scalars<sum_type<T>>(*whole.initial), scalars<sum_type<T>>(*whole.final)) <= layer_tolerance<T>);
}

/// A text in two pieces, the state handed on, is the text in one; no tokens at all leave the state as it is.
template <class Backend, class Run, class T> void two_pieces_are_the_whole() {
  constexpr int length = 11, first = 4;
  Run whole(2, length), a(2, first), b(2, length - first);
  whole.template forward<Backend>(nullptr, whole.final.get());
  a.take(whole, 0);
  b.take(whole, first);
  a.template forward<Backend>(nullptr, a.final.get());
  b.template forward<Backend>(a.final.get(), a.final.get());  // in place
  auto pieces = whole.y;
  put(a.y, 0, pieces);
  put(b.y, first, pieces);
  BOOST_TEST(worst(pieces, whole.y) <= layer_tolerance<T>);
  BOOST_TEST(worst(scalars<sum_type<T>>(*a.final), scalars<sum_type<T>>(*whole.final)) <= layer_tolerance<T>);
  Run none(2, 0);
  none.template forward<Backend>(a.final.get(), none.final.get());
  BOOST_TEST(worst(scalars<sum_type<T>>(*none.final), scalars<sum_type<T>>(*a.final)) == 0);
  none.template backward<Backend>(a.final.get(), a.final.get(), none.dinitial.get());
  BOOST_TEST(worst(scalars<sum_type<T>>(*none.dinitial), scalars<sum_type<T>>(*a.final)) == 0);
}

/// Gradients in the initial state and in the weights against central differences.
template <class Run> void gradient_in_the_state_is_the_slope() {
  for (const form f : {form{false, false}, form{true, true}}) {
    Run p(2, 4, f);
    both_from_a_state<backend::reference>(p);
    const auto loss = [&] { return carried_loss<backend::reference>(p); };
    const std::vector<double> found = values<double>(*p.dw);
    std::vector<double> wanted;
    for_each_value(*p.w, [&](auto& t) {
      for (const double one : slopes(t.values(), loss, near_by)) wanted.push_back(one);
    });
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked) {
      const auto in_state = slopes(scalars<double>(*p.initial), loss, near_by);
      BOOST_TEST(worst(scalars<double>(*p.dinitial), in_state) <= layer_slope_tolerance);
      BOOST_TEST(worst(found, wanted) <= layer_slope_tolerance);
      BOOST_TEST(*std::ranges::max_element(in_state) > 1e-3);
    }
  }
}

/// A backend against the reference in double, from a state and with a gradient in the final one.
template <class Backend, class Run, class Exact, class T> void carries_as_the_reference() {
  const numbers_of<T> scope;
  for (const form f : {form{false, false}, form{true, true}}) {
    Run p(2, 9, f);
    Exact exact(2, 9, f);
    both_from_a_state<Backend>(p);
    both_from_a_state<backend::reference>(exact);
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked) {
      BOOST_TEST(worst(p.y, exact.y) <= layer_tolerance<T>);
      BOOST_TEST(worst(scalars<sum_type<T>>(*p.final), scalars<double>(*exact.final)) <= layer_tolerance<T>);
      BOOST_TEST(worst(scalars<sum_type<T>>(*p.dinitial), scalars<double>(*exact.dinitial)) <= layer_tolerance<T>);
      BOOST_TEST(worst(values<sum_type<T>>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<T>);
    }
  }
}

/// No state is a state of zeros, and asking for nothing changes nothing: to the bit.
template <class Backend, class Run, class T> void null_is_zero() {
  Run zeros(2, 9), null(2, 9);
  zeros.template forward<Backend>(zeros.initial.get(), zeros.final.get());
  zeros.template backward<Backend>(zeros.initial.get(), zeros.dfinal.get(), zeros.dinitial.get());
  null.template forward<Backend>(nullptr, nullptr);
  null.template backward<Backend>(nullptr, nullptr, nullptr);
  BOOST_TEST(worst(null.y, zeros.y) == 0);
  BOOST_TEST(worst(values<sum_type<T>>(*null.dw), values<sum_type<T>>(*zeros.dw)) == 0);
}

}  // namespace krait::testing
