// tests/kernel/s4d_scan.hpp: one diagonal state-space model with all its inputs, outputs and gradients.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/s4d_scan/reference.hpp>

#include "../testing.hpp"

namespace krait::testing {

/// Which tokens are masked, where texts begin, whether there are states before and gradients after.
struct form {
  bool packed, masked, state;
};
inline constexpr form forms[] = {{false, false, false}, {false, false, true}, {true, false, true},
                                 {false, true, true},   {true, true, false},  {true, true, true}};

/// Poles from slow to fast, of both sides of the series near 0.
template <class W, class T, int Channels, int Pairs> struct problem {
  template <class Backend> using op = kernel::s4d_scan<Backend, Channels, Pairs>;
  struct parameters {
    tensor<W, Channels> log_dt, D;
    tensor<W, Channels, Pairs> log_A_real, A_imag;
    tensor<W, Channels, Pairs, 2> C;
  };
  static constexpr W guard = -555;
  array<std::uint8_t> starts, keep;
  sequences of;
  form is;
  parameters w{}, dw{};
  table<T, Channels, row_stride(Channels) + 16> x{of, "x"}, dx{of, "dx"};
  table<T, Channels> y{of, "y"}, dy{of, "dy"};
  array<W> first, last, dfirst, dlast, saved;

  problem(int count, int length, form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.8)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr},
        is(f) {
    fill(w.log_dt.values(), "log_dt", 1, -3);  // dt about 0.05, as it begins
    fill(w.D.values(), "D");
    fill(w.log_A_real.values(), "log_A_real", .5, -.7);
    fill(w.A_imag.values(), "A_imag", 5);
    fill(w.C.values(), "C", .7);
    const auto states = static_cast<std::size_t>(count * Channels * Pairs * 2);
    first = numbers<W>("first", states);
    dlast = numbers<W>("dlast", states);
    last = dfirst = array<W>(states);
    saved.assign(kernel::s4d_saved_size<Channels, Pairs>({count, std::max(1, length)}) + 1, guard);
  }
  problem(const problem&) = delete;

  kernel::s4d_weights<W, Channels, Pairs> weights() const { return {w.log_dt, w.log_A_real, w.A_imag, w.C, w.D}; }
  template <class Backend> void forward() {
    op<Backend>::forward(on<Backend>(), weights(), x.in(), y.out(), saved.data(),
                         {is.state ? first.data() : nullptr, last.data()});
    settle<Backend>();
  }
  template <class Backend> void backward() {
    op<Backend>::backward(on<Backend>(), weights(), x.in(), std::as_const(saved).data(), dy.in(), dx.out(),
                          {dw.log_dt, dw.log_A_real, dw.A_imag, dw.C, dw.D},
                          {is.state ? first.data() : nullptr, nullptr},
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
  f("dx", a.dx, b.dx);
  f("d initial state", a.dfirst, b.dfirst);
  f("d log_dt", a.dw.log_dt.values(), b.dw.log_dt.values());
  f("d log_A_real", a.dw.log_A_real.values(), b.dw.log_A_real.values());
  f("d A_imag", a.dw.A_imag.values(), b.dw.A_imag.values());
  f("d C", a.dw.C.values(), b.dw.C.values());
  f("d D", a.dw.D.values(), b.dw.D.values());
}

template <class Backend, class W, class T, int Channels, int Pairs>
void agrees_with_reference(int count, std::initializer_list<int> lengths) {
  const numbers_of<T> scope;
  for (const int length : lengths)
    for (const form f : forms) {
      const auto made = testing::make_shared<problem<W, T, Channels, Pairs>>(count, length, f);
      auto& p = *made;
      problem<double, double, Channels, Pairs> exact(count, length, f);
      p.template both<Backend>();
      exact.template both<backend::reference>();
      BOOST_TEST_CONTEXT(Channels << " channels of " << Pairs << " pairs, " << length << " tokens, packed " << f.packed
                                  << ", masked " << f.masked << ", state " << f.state) {
        for_each_output(p, exact, [](const char* what, const auto& a, const auto& b) {
          BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) <= tolerance<T>); }
        });
        BOOST_TEST(p.saved.back() == p.guard);
      }
    }
}

}  // namespace krait::testing
