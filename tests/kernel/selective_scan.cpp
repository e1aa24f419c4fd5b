#define BOOST_TEST_MODULE kernel_selective_scan
#include "selective_scan.hpp"

#include <boost/test/unit_test.hpp>
#include <krait/kernel/selective_scan/cpu.hpp>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;
using kernel::discretisation;
using kernel::scan_config;

namespace {

template <scan_config C> void backward_is_the_slope() {
  for (const scan_form f : scan_forms) {
    scan_problem<double, C> p(2, 6, f);
    const auto loss = [&] {
      p.template forward<backend::reference>();
      return p.loss();
    };
    p.for_each_gradient([](auto& t) { t = {}; });
    p.template forward<backend::reference>();
    p.template backward<backend::reference>();
    BOOST_TEST_CONTEXT("packed " << f.packed << ", masked " << f.masked << ", state " << f.state) {
      BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dz.values(), slopes(p.z, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.drow.values(), slopes(p.row, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw->dt_weight.values(), slopes(p.w->dt_weight.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw->dt_bias.values(), slopes(p.w->dt_bias.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw->A_log.values(), slopes(p.w->A_log.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dw->D.values(), slopes(p.w->D.values(), loss)) <= slope_tolerance);
      if (f.state) BOOST_TEST(worst(p.dh0, slopes(std::span(p.h0), loss)) <= slope_tolerance);
    }
  }
}

template <class Values, class T> void assign(const Values& from, std::span<T> to) {
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

template <class Backend, class T, discretisation B> void agrees_with_pytorch() {
  for (const char* ending : {"", "_mask", "_packed", "_mask_packed"}) {
    const oracle o(std::string("selective_scan_") + (B == discretisation::euler ? "euler" : "zoh") + ending);
    scan_problem<T, scan_config{6, 3, 2, B}> p(2, 11, {o.has("starts"), o.has("mask"), true});
    if (o.has("starts")) assign(o["starts"], std::span(p.starts));
    if (o.has("mask")) assign(o["mask"], std::span(p.keep));
    p.x = {p.of, o["x"]};
    p.z = {p.of, o["z"]};
    p.row = {p.of, o["dbc"]};
    p.dgated = {p.of, o["d.out"]};
    assign(o["dt_weight"], p.w->dt_weight.values());
    assign(o["dt_bias"], p.w->dt_bias.values());
    assign(o["A_log"], p.w->A_log.values());
    assign(o["D"], p.w->D.values());
    assign(o["h0"], std::span(p.h0));
    assign(o["d.h_last"], std::span(p.dh_last));
    p.for_each_gradient([](auto& t) { t = {}; });
    p.template forward<Backend>();
    p.template backward<Backend>();
    BOOST_TEST_CONTEXT("selective_scan" << ending) {
      BOOST_TEST(worst(p.y.values(), o["y"]) <= tolerance<T>);
      BOOST_TEST(worst(p.gated.values(), o["out"]) <= tolerance<T>);
      BOOST_TEST(worst(p.again.values(), o["out"]) <= tolerance<T>);
      BOOST_TEST(worst(p.h_last, o["h_last"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dx.values(), o["d.x"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dz.values(), o["d.z"]) <= tolerance<T>);
      BOOST_TEST(worst(p.drow.values(), o["d.dbc"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dh0, o["d.h0"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dw->dt_weight.values(), o["d.dt_weight"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dw->dt_bias.values(), o["d.dt_bias"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dw->A_log.values(), o["d.A_log"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dw->D.values(), o["d.D"]) <= tolerance<T>);
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
template <class Backend, class T> void pieces_are_the_whole(int length, int border, scan_form f) {
  f.state = true;
  using problem = scan_problem<T, scan_config{17, 5, 2}>;
  problem whole(2, length, f), first(2, border, f), second(2, length - border, f);
  const auto take = [&](problem& piece, int begin) {
    cut(whole.x, begin, piece.x);
    cut(whole.z, begin, piece.z);
    cut(whole.row, begin, piece.row);
    cut(whole.dgated, begin, piece.dgated);
    for (int s = 0; s < 2; ++s)
      for (int i = 0; i < piece.of.length; ++i) {
        piece.starts[static_cast<std::size_t>(s * piece.of.length + i)] =
            whole.starts[static_cast<std::size_t>(s * length + begin + i)];
        piece.keep[static_cast<std::size_t>(s * piece.of.length + i)] =
            whole.keep[static_cast<std::size_t>(s * length + begin + i)];
      }
  };
  take(first, 0);
  take(second, border);
  whole.template forward<Backend>();
  whole.template backward<Backend>();
  first.template forward<Backend>();
  second.h0 = first.h_last;
  second.template forward<Backend>();
  std::swap(second.dw, first.dw);  // one sum of gradients
  second.template backward<Backend>();
  std::swap(second.dw, first.dw);
  first.dh_last = second.dh0;
  first.template backward<Backend>();
  BOOST_TEST_CONTEXT(length << " tokens cut at " << border << ", packed " << f.packed << ", masked " << f.masked) {
    const auto same = [&](const auto& all, auto piece, int begin) {
      cut(all, begin, piece.first);
      BOOST_TEST(worst(piece.second, piece.first) <= tolerance<T>);
    };
    same(whole.gated, std::pair(first.gated, first.gated), 0);
    same(whole.gated, std::pair(second.gated, second.gated), border);
    same(whole.dx, std::pair(first.dx, first.dx), 0);
    same(whole.dx, std::pair(second.dx, second.dx), border);
    same(whole.dz, std::pair(second.dz, second.dz), border);
    same(whole.drow, std::pair(first.drow, first.drow), 0);
    same(whole.drow, std::pair(second.drow, second.drow), border);
    BOOST_TEST(worst(second.h_last, whole.h_last) <= tolerance<T>);
    BOOST_TEST(worst(first.dh0, whole.dh0) <= tolerance<T>);
    BOOST_TEST(worst(first.dw->dt_weight.values(), whole.dw->dt_weight.values()) <= tolerance<T>);
    BOOST_TEST(worst(first.dw->dt_bias.values(), whole.dw->dt_bias.values()) <= tolerance<T>);
    BOOST_TEST(worst(first.dw->A_log.values(), whole.dw->A_log.values()) <= tolerance<T>);
    BOOST_TEST(worst(first.dw->D.values(), whole.dw->D.values()) <= tolerance<T>);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  backward_is_the_slope<scan_config{3, 2, 2}>();
  backward_is_the_slope<scan_config{3, 2, 2, discretisation::zero_order_hold}>();
  backward_is_the_slope<scan_config{1, 5, 1}>();
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double, discretisation::euler>();
  agrees_with_pytorch<backend::reference, double, discretisation::zero_order_hold>();
  agrees_with_pytorch<backend::cpu, double, discretisation::euler>();
  agrees_with_pytorch<backend::cpu, double, discretisation::zero_order_hold>();
  agrees_with_pytorch<backend::cpu, float, discretisation::euler>();
  agrees_with_pytorch<backend::cpu, float, discretisation::zero_order_hold>();
}

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  for (const scan_form f : scan_forms) {
    pieces_are_the_whole<backend::reference, double>(13, 4, f);
    pieces_are_the_whole<backend::cpu, float>(13, 1, f);
    pieces_are_the_whole<backend::cpu, float>(13, 12, f);
    pieces_are_the_whole<backend::cpu, float>(200, 96, f);
    pieces_are_the_whole<backend::cpu, double>(200, 120, f);
  }
}

BOOST_AUTO_TEST_CASE(state_is_updated_in_place) {
  const auto holds = []<class Backend>(Backend& on) {
    using problem = scan_problem<float, scan_config{17, 5, 2}>;
    problem p(3, 5, {false, true, true});
    p.forward<Backend>();
    array<float> h = p.h0;
    problem::op<Backend>::forward(on, p.weights(), p.x.in(), p.row.in(), p.z.in(), p.y.out(), p.again.out(),
                                  p.saved.data(), {h.data(), h.data()});
    BOOST_TEST(worst(h, p.h_last) == 0);
    BOOST_TEST(worst(p.again, p.gated) == 0);
  };
  holds(on<backend::reference>());
  holds(on<backend::cpu>());
}

BOOST_AUTO_TEST_CASE(gated_may_be_its_own_gradient) {
  using problem = scan_problem<float, scan_config{17, 5, 2}>;
  problem p(2, 100, {true, true, true});
  p.forward<backend::cpu>();
  p.backward<backend::cpu>();
  auto dgated = p.dgated;
  auto dx = p.dx;
  problem::op<backend::cpu>::backward(on<backend::cpu>(), p.weights(), p.x.in(), p.row.in(), p.z.in(), p.y.in(),
                                      p.saved.data(), dgated.in(), dgated.out(), dx.out(), p.drow.out(), p.dz.out(),
                                      {p.dw->dt_weight, p.dw->dt_bias, p.dw->A_log, p.dw->D}, {p.h0.data(), nullptr},
                                      {p.dh_last.data(), nullptr});
  BOOST_TEST(worst(dgated, p.again) == 0);
  BOOST_TEST(worst(dx, p.dx) == 0);
}

// Large delta and strong decay: 2^x underflows to zero and nothing is NaN.
BOOST_AUTO_TEST_CASE(extreme_numbers_stay_finite) {
  const auto holds = []<class Backend, discretisation B>(std::integral_constant<discretisation, B>, Backend&) {
    scan_problem<float, scan_config{5, 4, 1, B}> p(1, 9, {false, false, true});
    for (int e = 0; e < 5; ++e) p.w->dt_bias[e] = e % 2 ? 80.f : -80.f;
    for (int i = 0; i < 20; ++i) p.w->A_log[i] = i % 3 ? 6.f : -20.f;
    for (int t = 0; t < 9; ++t) p.z.out()[t][0] = t % 2 ? 300.f : -300.f;
    p.template forward<Backend>();
    p.template backward<Backend>();
    for_each_output(p, p, [](const char* what, const auto& a, const auto& b) {
      BOOST_TEST_CONTEXT(what) { BOOST_TEST(worst(a, b) == 0); }
    });
  };
  holds(std::integral_constant<discretisation, discretisation::euler>{}, on<backend::cpu>());
  holds(std::integral_constant<discretisation, discretisation::zero_order_hold>{}, on<backend::cpu>());
}
