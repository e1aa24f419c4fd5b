// tests/kernel/selective_scan.hpp: one scan with all its inputs, outputs and gradients.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <initializer_list>
#include <krait/kernel/selective_scan/reference.hpp>
#include <memory>

#include "../testing.hpp"

namespace krait::testing {

/// Which tokens are masked, where texts begin, and whether there are states before and gradients after.
struct scan_form {
  bool packed, masked, state;
};
inline constexpr scan_form scan_forms[] = {
    {false, false, false}, {true, false, true}, {false, true, true}, {true, true, false}};

/// Cap only chooses a device's form. Strides of x, z, y and the gated output differ. backward adds to gradients that
/// are not zero.
template <class T, kernel::scan_config C, capacity Cap = capacity{}> struct scan_problem {
  static constexpr int E = C.channels, N = C.d_state, R = C.dt_rank, row_width = R + 2 * N;
  template <class Backend> using op = kernel::selective_scan<Backend, C>;
  using W = sum_type<T>;
  static constexpr W guard = W(-555);
  struct parameters {
    tensor<W, E, R> dt_weight;
    tensor<W, E> dt_bias;
    tensor<W, E, N> A_log;
    tensor<W, E> D;
  };
  array<std::uint8_t> starts, keep;
  sequences of;
  bool state;
  table<T, E, row_stride(E) + 16> x{of, "x"}, dx{of, "dx"};
  table<T, E, row_stride(E) + 32> z{of, "z"}, dz{of, "dz"};
  table<T, row_width> row{of, "row", 0.7}, drow{of, "drow"};
  table<T, E> y{of, "y"};
  table<T, E, row_stride(E) + 48> gated{of, "gated"}, again{of, "gated"}, dgated{of, "dgated"};
  std::shared_ptr<parameters> w = testing::make_shared<parameters>(), dw = testing::make_shared<parameters>();
  array<W> h0, h_last, dh0, dh_last, saved;

  scan_problem(int count, int length, scan_form f)
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.15)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.8)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr},
        state(f.state) {
    const auto states = static_cast<std::size_t>(count) * E * N;
    h0 = numbers<W>("h0", states);
    dh_last = numbers<W>("dh_last", states);
    h_last = dh0 = array<W>(states);
    saved.assign(kernel::scan_saved_size<C>({count, length}) + 1, guard);
    fill(w->dt_weight.values(), "dt_weight", 0.3);
    fill(w->dt_bias.values(), "dt_bias", 0.3, -1);
    for (int i = 0; i < E * N; ++i)
      w->A_log[i] = static_cast<W>(
          static_cast<float>(std::log(1.0 + i % N) + 0.1 * number("A_log", static_cast<std::uint64_t>(i))));
    fill(w->D.values(), "D");
    for_each_gradient([](auto& t) { fill(t.values(), "gradient"); });
  }
  scan_problem(const scan_problem&) = delete;

  template <class F> void for_each_gradient(F&& f) { f(dw->dt_weight), f(dw->dt_bias), f(dw->A_log), f(dw->D); }
  kernel::scan_weights<W, C> weights() const { return {w->dt_weight, w->dt_bias, w->A_log, w->D}; }
  template <class Backend> void forward() {
    op<Backend>::template forward<Cap>(on<Backend>(), weights(), x.in(), row.in(), z.in(), y.out(), gated.out(),
                                       saved.data(), {state ? h0.data() : nullptr, h_last.data()});
    settle<Backend>();
  }
  template <class Backend> void backward() {
    op<Backend>::template backward<Cap>(
        on<Backend>(), weights(), x.in(), row.in(), z.in(), y.in(), saved.data(), dgated.in(), again.out(), dx.out(),
        drow.out(), dz.out(), {dw->dt_weight, dw->dt_bias, dw->A_log, dw->D}, {state ? h0.data() : nullptr, nullptr},
        {state ? dh_last.data() : nullptr, dh0.data()});
    settle<Backend>();
  }
  double loss() const {
    double sum = inner(gated, dgated);
    for (std::size_t i = 0; i < h_last.size() && state; ++i) sum += h_last[i] * dh_last[i];
    return sum;
  }
};

/// f(what it is, a's, b's) for all that a scan puts out.
template <class A, class B, class F> void for_each_output(A& a, B& b, F&& f) {
  f("y", a.y, b.y);
  f("gated", a.gated, b.gated);
  f("gated again", a.again, b.again);
  f("final state", a.h_last, b.h_last);
  f("d x", a.dx, b.dx);
  f("d z", a.dz, b.dz);
  f("d row", a.drow, b.drow);
  f("d initial state", a.dh0, b.dh0);
  f("d dt_weight", a.dw->dt_weight.values(), b.dw->dt_weight.values());
  f("d dt_bias", a.dw->dt_bias.values(), b.dw->dt_bias.values());
  f("d A_log", a.dw->A_log.values(), b.dw->A_log.values());
  f("d D", a.dw->D.values(), b.dw->D.values());
}

/// Forward and backward of `count` sequences.
template <class Backend, class T, kernel::scan_config C, capacity Cap = capacity{}>
void agrees_with_reference(int count, std::initializer_list<int> lengths) {
  const numbers_of<T> scope;
  for (const int length : lengths)
    for (const scan_form f : scan_forms) {
      const auto made = testing::make_shared<scan_problem<T, C, Cap>>(count, length, f);
      auto& p = *made;
      scan_problem<double, C> exact(count, length, f);
      p.template forward<Backend>();
      p.template backward<Backend>();
      exact.template forward<backend::reference>();
      exact.template backward<backend::reference>();
      BOOST_TEST_CONTEXT(C.channels << " channels of " << C.d_state << " states, rank " << C.dt_rank << ", " << length
                                    << " tokens, packed " << f.packed << ", masked " << f.masked << ", state "
                                    << f.state) {
        for_each_output(p, exact, [](const char* what, const auto& a, const auto& b) {
          BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) <= tolerance<T>); }
        });
        BOOST_TEST(p.saved.back() == p.guard);
      }
    }
}

}  // namespace krait::testing
