#define BOOST_TEST_MODULE kernel_linear
#include "linear.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/linear/cpu.hpp>

#include "../oracle.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

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
  agrees_with_reference<backend::cpu, float, 27, 33>(n);
  agrees_with_reference<backend::cpu, float, 64, 40, 0>(n);
  agrees_with_reference<backend::cpu, float, 1, 5>(n);
  agrees_with_reference<backend::cpu, float, 16, 128>(n);
  agrees_with_reference<backend::cpu, double, 27, 33>(n);
}
BOOST_AUTO_TEST_CASE(long_sums) { agrees_with_reference<backend::cpu, float, 300, 70>(200); }

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
