#define BOOST_TEST_MODULE kernel_linear
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/kernel/linear/cpu.hpp>
#include <krait/kernel/linear/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// x and y are columns of wider rows. Bias 0: none.
template <class T, int In, int Out, int Bias = Out> struct problem {
  template <class Backend> using op = kernel::linear<Backend, In, Out>;
  sequences of;
  table<T, In, row_stride(In) + 32> x{of, "x"}, dx{of, "dx"};
  table<T, Out, row_stride(Out) + 16> y{of, "y"}, dy{of, "dy"};
  heap<tensor<T, Out, In>> weight = make_heap<tensor<T, Out, In>>(), dweight = make_heap<tensor<T, Out, In>>();
  tensor<T, Bias> bias{}, dbias{};
  explicit problem(int n) : of{1, n} {
    fill(weight->values(), "weight");
    fill(dweight->values(), "dweight");  // backward adds to these
    fill(bias.values(), "bias");
    fill(dbias.values(), "dbias");
  }
  template <class Backend> void forward() { op<Backend>::forward(on<Backend>(), *weight, bias, x.in(), y.out()); }
  template <class Backend, into Into = into::overwrite> void backward() {
    op<Backend>::template backward_data<Into>(on<Backend>(), *weight, dy.in(), dx.out());
    op<Backend>::backward_weight(on<Backend>(), x.in(), dy.in(), *dweight, dbias);
  }
};

template <class P, class Q> void agree(const P& p, const Q& exact, double allowed) {
  BOOST_TEST(worst(p.y, exact.y) <= allowed);
  BOOST_TEST(worst(p.dx, exact.dx) <= allowed);
  BOOST_TEST(worst(p.dweight->values(), exact.dweight->values()) <= allowed);
  BOOST_TEST(worst(p.dbias.values(), exact.dbias.values()) <= allowed);
}

template <class T, int In, int Out, int Bias = Out> void agrees_with_reference(int n) {
  problem<T, In, Out, Bias> p(n);
  problem<double, In, Out, Bias> exact(n);
  BOOST_TEST_CONTEXT(In << " -> " << Out) {
    p.template forward<backend::cpu>();
    p.template backward<backend::cpu>();
    exact.template forward<backend::reference>();
    exact.template backward<backend::reference>();
    agree(p, exact, tolerance<T>);
    p.template backward<backend::cpu, into::add>();
    exact.template backward<backend::reference, into::add>();
    agree(p, exact, tolerance<T>);
  }
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("linear");
  problem<T, 7, 6> p(5);
  p.x = {p.of, o["x"]};
  p.dy = {p.of, o["d.y"]};
  const auto w = o["weight"], b = o["bias"];
  std::copy(w.begin(), w.end(), p.weight->data);
  std::copy(b.begin(), b.end(), p.bias.data);
  *p.dweight = {};
  p.dbias = {};
  p.template forward<Backend>();
  p.template backward<Backend>();
  BOOST_TEST(worst(p.y.values(), o["y"]) <= tolerance<T>);
  BOOST_TEST(worst(p.dx.values(), o["d.x"]) <= tolerance<T>);
  BOOST_TEST(worst(p.dweight->values(), o["d.weight"]) <= tolerance<T>);
  BOOST_TEST(worst(p.dbias.values(), o["d.bias"]) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float, 27, 33>(n);
  agrees_with_reference<float, 64, 40, 0>(n);
  agrees_with_reference<float, 1, 5>(n);
  agrees_with_reference<float, 16, 128>(n);
  agrees_with_reference<double, 27, 33>(n);
}
BOOST_AUTO_TEST_CASE(long_sums) { agrees_with_reference<float, 300, 70>(200); }

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 4, 3> p(3);
  *p.dweight = {};
  p.dbias = {};
  p.backward<backend::reference>();
  const auto loss = [&] {
    p.forward<backend::reference>();
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
  BOOST_TEST(worst(p.dweight->values(), slopes(p.weight->values(), loss)) <= slope_tolerance);
  BOOST_TEST(worst(p.dbias.values(), slopes(p.bias.values(), loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

// Weights of a model are packed once a step: the same bits as packed on the way.
BOOST_AUTO_TEST_CASE(panels_packed_before_give_the_same_bits) {
  problem<float, 27, 40, 0> p(13), same(13);
  p.forward<backend::cpu>();
  p.backward<backend::cpu>();
  auto by_rows = make_heap<tensor<float, 40, 27>>(), by_columns = make_heap<tensor<float, 40, 27>>();
  backend::pack_rows(same.weight->data, 40, 27, by_rows->data);
  backend::pack_columns(same.weight->data, 40, 27, by_columns->data);
  backend::packed_image& image = on<backend::cpu>().packed;
  image = {reinterpret_cast<const std::byte*>(same.weight.get()), sizeof *same.weight,
           reinterpret_cast<const std::byte*>(by_rows.get()), reinterpret_cast<const std::byte*>(by_columns.get())};
  same.forward<backend::cpu>();
  same.backward<backend::cpu>();
  image = {};
  agree(same, p, 0);
}
