#define BOOST_TEST_MODULE kernel_causal_conv1d
#include "causal_conv1d.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/causal_conv1d/cpu.hpp>
#include <string>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Values, class T> void assign(const Values& from, std::span<T> to) {
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

template <class Backend, class T> void agrees_with_pytorch() {
  for (const char* ending : {"", "_mask", "_packed", "_mask_packed"}) {
    const oracle o(std::string("causal_conv1d") + ending);
    problem<T, 6, 4> p(2, 11, {o.has("starts"), o.has("mask"), true});
    if (o.has("starts")) assign(o["starts"], std::span(p.starts));
    if (o.has("mask")) assign(o["mask"], std::span(p.keep));
    p.x = {p.of, o["x"]};
    p.dy = {p.of, o["d.y"]};
    assign(o["weight"], p.weight.values());
    assign(o["bias"], p.bias.values());
    assign(o["state"], std::span(p.before));
    assign(o["d.state_last"], std::span(p.dafter));
    p.dweight = {};
    p.dbias = {};
    p.template forward<Backend>();
    p.template backward<Backend>();
    BOOST_TEST_CONTEXT("causal_conv1d" << ending) {
      BOOST_TEST(worst(p.y.values(), o["y"]) <= tolerance<T>);
      BOOST_TEST(worst(p.after, o["state_last"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dx.values(), o["d.x"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dbefore, o["d.state"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dweight.values(), o["d.weight"]) <= tolerance<T>);
      BOOST_TEST(worst(p.dbias.values(), o["d.bias"]) <= tolerance<T>);
    }
  }
}

/// A text in two pieces, the last inputs handed on, and their gradient handed back.
template <class Backend, class T> void pieces_are_the_whole(int length, int border) {
  using problem = problem<T, 5, 4>;
  problem whole(1, length, {true, true, true}), first(1, border, {true, true, true}),
      second(1, length - border, {true, true, true});
  const auto cut = [](const auto& from, int begin, auto& to) {
    for (int t = 0; t < to.of.tokens(); ++t) std::copy_n(from.in()[begin + t], 5, to.out()[t]);
  };
  const auto take = [&](problem& piece, int begin) {
    cut(whole.x, begin, piece.x);
    cut(whole.dy, begin, piece.dy);
    std::copy_n(whole.starts.begin() + begin, piece.of.length, piece.starts.begin());
    std::copy_n(whole.keep.begin() + begin, piece.of.length, piece.keep.begin());
    piece.dweight = {};
    piece.dbias = {};
  };
  take(first, 0);
  take(second, border);
  whole.dweight = {};
  whole.dbias = {};
  whole.template forward<Backend>();
  whole.template backward<Backend>();
  first.template forward<Backend>();
  second.before = first.after;
  second.template forward<Backend>();
  second.template backward<Backend>();
  first.dafter = second.dbefore;
  first.template backward<Backend>();
  BOOST_TEST_CONTEXT(length << " tokens cut at " << border) {
    for (problem* piece : {&first, &second}) {
      auto y = piece->y;
      auto dx = piece->dx;
      cut(whole.y, piece == &first ? 0 : border, y);
      cut(whole.dx, piece == &first ? 0 : border, dx);
      BOOST_TEST(worst(piece->y, y) <= tolerance<T>);
      BOOST_TEST(worst(piece->dx, dx) <= tolerance<T>);
    }
    for (int i = 0; i < first.dweight.size; ++i) first.dweight[i] += second.dweight[i];
    for (int i = 0; i < first.dbias.size; ++i) first.dbias[i] += second.dbias[i];
    BOOST_TEST(worst(second.after, whole.after) <= tolerance<T>);
    BOOST_TEST(worst(first.dbefore, whole.dbefore) <= tolerance<T>);
    BOOST_TEST(worst(first.dweight.values(), whole.dweight.values()) <= tolerance<T>);
    BOOST_TEST(worst(first.dbias.values(), whole.dbias.values()) <= tolerance<T>);
  }
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), length) {
  agrees_with_reference<backend::cpu, float, 33, 4>(2, length);
  agrees_with_reference<backend::cpu, float, 16, 4>(1, length);
  agrees_with_reference<backend::cpu, double, 17, 4>(2, length);
}
BOOST_AUTO_TEST_CASE(cpu_is_the_reference_at_other_shapes) {
  agrees_with_reference<backend::cpu, float, 1, 4>(2, 20);
  agrees_with_reference<backend::cpu, float, 15, 2>(3, 20);
  agrees_with_reference<backend::cpu, float, 17, 3>(2, 20);
  agrees_with_reference<backend::cpu, float, 31, 5>(2, 20);
  agrees_with_reference<backend::cpu, float, 64, 4>(2, 200);
  agrees_with_reference<backend::cpu, double, 7, 8>(2, 20);
  agrees_with_reference<backend::cpu, float, 16, 4>(0, 5);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  for (const form f : forms)
    for (const int length : {1, 2, 8}) {
      problem<double, 2, 4> p(2, length, f);
      p.dweight = {};
      p.dbias = {};
      p.backward<backend::reference>();
      const auto loss = [&] {
        p.forward<backend::reference>();
        return p.loss();
      };
      BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dweight.values(), slopes(p.weight.values(), loss)) <= slope_tolerance);
      BOOST_TEST(worst(p.dbias.values(), slopes(p.bias.values(), loss)) <= slope_tolerance);
      if (f.state) BOOST_TEST(worst(p.dbefore, slopes(std::span(p.before), loss)) <= slope_tolerance);
    }
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

// Pieces shorter than the window too.
BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  for (const int border : {1, 2, 3, 9, 12}) {
    pieces_are_the_whole<backend::reference, double>(13, border);
    pieces_are_the_whole<backend::cpu, double>(13, border);
    pieces_are_the_whole<backend::cpu, float>(13, border);
  }
  pieces_are_the_whole<backend::cpu, float>(2, 1);
}

BOOST_AUTO_TEST_CASE(state_is_updated_in_place) {
  const auto holds = []<class Backend>(Backend& on) {
    for (const int length : {1, 2, 9}) {
      problem<float, 17, 4> p(3, length, {false, true, true});
      p.forward<Backend>();
      std::vector<float> state = p.before;
      auto y = p.y;
      kernel::causal_conv1d<Backend, 17, 4>::forward(on, p.weight, p.bias, p.x.in(), y.out(),
                                                     {state.data(), state.data()});
      BOOST_TEST(worst(state, p.after) == 0);
      BOOST_TEST(worst(y, p.y) == 0);
    }
  };
  holds(on<backend::reference>());
  holds(on<backend::cpu>());
}
