// tests/kernel/linear_attention.hpp: one linear attention with all its inputs, outputs and gradients.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/linear_attention/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

using kernel::linear_attention_config;

/// Which tokens are masked, where texts begin, whether there are states before and gradients after, and gates.
struct form {
  bool packed, masked, state, gated;
};
inline constexpr form forms[] = {{false, false, false, false}, {false, false, true, true}, {true, false, true, true},
                                 {false, true, true, true},    {true, true, false, true},  {true, true, true, false}};

/// The strides of all rows differ.
template <class T, linear_attention_config C> struct problem {
  static constexpr int H = C.heads, keys = C.keys(), outs = C.values();
  template <class Backend> using op = kernel::linear_attention<Backend, C>;
  using state_type = sum_type<T>;
  static constexpr state_type guard = -555;
  array<std::uint8_t> starts, keep;
  sequences of;
  form is;
  table<T, keys, row_stride(keys) + 16> q{of, "q"}, dq{of, "dq"};
  table<T, keys, row_stride(keys) + 32> k{of, "k", 0.7}, dk{of, "dk"};
  table<T, outs> v{of, "v"}, dv{of, "dv"};
  table<T, H> g{of, "g", 0.15, 0.6}, dg{of, "dg"};
  table<T, outs, row_stride(outs) + 48> y{of, "y"}, dy{of, "dy"};
  array<state_type> first, last, dfirst, dlast, saved;

  problem(int count, int length, form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.8)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr},
        is(f) {
    const auto states = static_cast<std::size_t>(count * C.state_size());
    first = numbers<state_type>("first", states);
    dlast = numbers<state_type>("dlast", states);
    last = dfirst = array<state_type>(states);
    saved.assign(kernel::linear_attention_saved_size<C>({count, std::max(1, length)}) + 1, guard);
  }
  problem(const problem&) = delete;

  rows<const T, H> gates() const { return is.gated ? g.in() : rows<const T, H>{nullptr, of}; }
  template <class Backend> void forward() {
    op<Backend>::forward(on<Backend>(), q.in(), k.in(), v.in(), gates(), y.out(), saved.data(),
                         {is.state ? first.data() : nullptr, last.data()});
    settle<Backend>();
  }
  template <class Backend> void backward() {
    op<Backend>::backward(on<Backend>(), q.in(), k.in(), v.in(), gates(), std::as_const(saved).data(), dy.in(),
                          dq.out(), dk.out(), dv.out(), dg.out(), {is.state ? first.data() : nullptr, nullptr},
                          {is.state ? dlast.data() : nullptr, dfirst.data()});
    settle<Backend>();
  }
  template <class Backend> void both() {
    forward<Backend>();
    backward<Backend>();
  }
  double loss() const {
    double sum = inner(y, dy);
    for (std::size_t i = 0; i < last.size() && is.state; ++i) sum += last[i] * dlast[i];
    return sum;
  }
};

template <class A, class B, class F> void for_each_output(A& a, B& b, F&& f) {
  f("y", a.y, b.y);
  f("final state", a.last, b.last);
  f("d q", a.dq, b.dq);
  f("d k", a.dk, b.dk);
  f("d v", a.dv, b.dv);
  f("d g", a.dg, b.dg);
  f("d initial state", a.dfirst, b.dfirst);
}

template <class Backend, class T, linear_attention_config C>
void agrees_with_reference(int count, std::initializer_list<int> lengths) {
  const numbers_of<T> scope;
  for (const int length : lengths)
    for (const form f : forms) {
      const auto made = testing::make_shared<problem<T, C>>(count, length, f);
      auto& p = *made;
      problem<double, C> exact(count, length, f);
      p.template both<Backend>();
      exact.template both<backend::reference>();
      BOOST_TEST_CONTEXT(C.heads << " heads of " << C.key_width << " keys and " << C.value_width << " values, "
                                 << length << " tokens, packed " << f.packed << ", masked " << f.masked << ", state "
                                 << f.state << ", gated " << f.gated) {
        for_each_output(p, exact, [](const char* what, const auto& a, const auto& b) {
          BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) <= tolerance<T>); }
        });
        BOOST_TEST(p.saved.back() == p.guard);
      }
    }
}

/// Tokens begin, begin + 1, ... of every sequence.
template <class T, int Width, int Stride>
void cut(const table<T, Width, Stride>& from, int begin, table<T, Width, Stride>& to) {
  for (int s = 0; s < to.of.count; ++s)
    for (int i = 0; i < to.of.length; ++i)
      std::copy_n(from.in()[s * from.of.length + begin + i], Width, to.out()[s * to.of.length + i]);
}

/// A text in two pieces, the state handed on, and the state's gradient handed back.
template <class Backend, class T> void pieces_are_the_whole(int length, int border) {
  using piece = problem<T, linear_attention_config{2, 5, 17}>;
  const form f{false, false, true, true};
  piece whole(2, length, f), first(2, border, f), second(2, length - border, f);
  for (auto [part, begin] : {std::pair{&first, 0}, {&second, border}}) {
    cut(whole.q, begin, part->q), cut(whole.k, begin, part->k), cut(whole.v, begin, part->v);
    cut(whole.g, begin, part->g), cut(whole.dy, begin, part->dy);
  }
  whole.template both<Backend>();
  first.template forward<Backend>();
  second.first = first.last;
  second.template both<Backend>();
  first.dlast = second.dfirst;
  first.template backward<Backend>();
  BOOST_TEST_CONTEXT(length << " tokens cut at " << border) {
    const auto same = [&](const auto& all, const auto& part, int begin) {
      auto wanted = part;
      cut(all, begin, wanted);
      BOOST_TEST(worst(part, wanted) <= tolerance<T>);
    };
    for (auto [part, begin] : {std::pair{&first, 0}, {&second, border}}) {
      same(whole.y, part->y, begin), same(whole.dq, part->dq, begin), same(whole.dk, part->dk, begin);
      same(whole.dv, part->dv, begin), same(whole.dg, part->dg, begin);
    }
    BOOST_TEST(worst(second.last, whole.last) <= tolerance<T>);
    BOOST_TEST(worst(first.dfirst, whole.dfirst) <= tolerance<T>);
  }
}

/// A state may be read and written at one place.
template <class Backend> void state_is_updated_in_place() {
  using problem = problem<float, linear_attention_config{2, 5, 17}>;
  problem p(3, 5, {false, true, true, true});
  p.forward<Backend>();
  const auto y = p.y;
  auto S = p.first;
  problem::op<Backend>::forward(on<Backend>(), p.q.in(), p.k.in(), p.v.in(), p.gates(), p.y.out(), p.saved.data(),
                                {S.data(), S.data()});
  settle<Backend>();
  BOOST_TEST(worst(S, p.last) == 0);
  BOOST_TEST(worst(p.y, y) == 0);
}

/// A gate of 0 forgets all, and its own gradient is what the state before would have given.
template <class Backend> void a_gate_of_zero_forgets() {
  using problem = problem<double, linear_attention_config{1, 3, 4}>;
  problem p(1, 9, {false, false, false, true}), packed(1, 9, {true, false, false, true});
  std::fill(packed.starts.begin(), packed.starts.end(), std::uint8_t{0});
  packed.starts[5] = 1;
  p.g.out()[5][0] = 0;
  p.both<Backend>();
  packed.both<Backend>();
  BOOST_TEST(worst(p.y, packed.y) <= tolerance<double>);
  BOOST_TEST(worst(p.dk, packed.dk) <= tolerance<double>);
  BOOST_TEST(packed.dg.in()[5][0] == 0);
  BOOST_TEST(std::abs(p.dg.in()[5][0]) > 1e-3);
}

/// Without a gate nothing of the gate's rows is looked at or written.
template <class Backend> void plain_form_leaves_gate_rows_alone() {
  problem<float, linear_attention_config{2, 5, 17}> p(2, 9, {});
  std::fill_n(p.g.out()[0], 2, std::numeric_limits<float>::quiet_NaN());
  const auto dg = p.dg;
  p.both<Backend>();
  BOOST_TEST(worst(p.dg, dg) == 0);
  BOOST_TEST(std::isfinite(inner(table<double, 34>(p.of, p.y.values()), table<double, 34>(p.of, p.dy.values()))));
}

}  // namespace krait::testing
