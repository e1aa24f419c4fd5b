#define BOOST_TEST_MODULE kernel_rms_norm
#include "rms_norm.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/rms_norm/cpu.hpp>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("rms_norm");
  const sequences of{1, 6};
  table<T, 27> x(of, o["x"]), y(of), dy(of, o["d.y"]);
  tensor<T, 27> weight{}, dweight{};
  const auto w = o["weight"];
  std::copy(w.begin(), w.end(), weight.data);
  T inverse_rms[6];
  kernel::rms_norm<Backend, 27>::forward(on<Backend>(), weight, x.in(), y.out(), inverse_rms, eps);
  kernel::rms_norm<Backend, 27>::backward(on<Backend>(), weight, x.in(), inverse_rms, dy.in(), dy.out(), dweight);
  // eps is a float here and a double there: 1e-8 of it.
  const double allowed = tolerance<float>;
  BOOST_TEST(worst(y.values(), o["y"]) <= allowed);
  BOOST_TEST(worst(inverse_rms, o["inverse_rms"]) <= allowed);
  BOOST_TEST(worst(dy.values(), o["d.x"]) <= allowed);
  BOOST_TEST(worst(dweight.values(), o["d.weight"]) <= allowed);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<backend::cpu, float, 27>(n);
  agrees_with_reference<backend::cpu, float, 128>(n);
  agrees_with_reference<backend::cpu, float, 5>(n);
  agrees_with_reference<backend::cpu, float, 33, 0>(n);
  agrees_with_reference<backend::cpu, double, 27>(n);
  agrees_with_reference<backend::cpu, double, 64>(n);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 7> p({1, 4});
  const auto before = p.dweight;
  p.forward<backend::reference>();
  p.backward<backend::reference>();
  const auto loss = [&] {
    p.forward<backend::reference>();
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
  for (int i = 0; i < 7; ++i) p.dweight[i] -= before[i];
  BOOST_TEST(worst(p.dweight.values(), slopes(p.weight.values(), loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(works_in_place) {
  using op = kernel::rms_norm<backend::cpu, 27>;
  problem<float, 27> p({1, 5});
  p.forward<backend::cpu>();
  p.backward<backend::cpu>();
  table<float, 27> same(p.of, p.x.values()), gradient = p.dy;
  tensor<float, 27> dweight{};
  op::forward(on<backend::cpu>(), p.weight, same.in(), same.out(), p.inverse_rms.data(), eps);
  op::backward(on<backend::cpu>(), p.weight, p.x.in(), p.inverse_rms.data(), gradient.in(), gradient.out(), dweight);
  BOOST_TEST(worst(same, p.y) == 0);
  BOOST_TEST(worst(gradient, p.dx) == 0);
}
