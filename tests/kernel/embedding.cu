#define BOOST_TEST_MODULE kernel_embedding_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/embedding/cuda.cuh>
#include <krait/kernel/embedding/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, int Vocabulary, int Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  using op = kernel::embedding<backend::cuda, Vocabulary, Width>;
  using exact = kernel::embedding<backend::reference, Vocabulary, Width>;
  const sequences of{1, n};
  const auto id = integers("ids", static_cast<std::size_t>(n), Vocabulary);
  const auto weight = testing::make_shared<tensor<sum_type<T>, Vocabulary, Width>>(),
             dweight = testing::make_shared<tensor<sum_type<T>, Vocabulary, Width>>();
  const auto exact_weight = testing::make_shared<tensor<double, Vocabulary, Width>>(),
             exact_dweight = testing::make_shared<tensor<double, Vocabulary, Width>>();
  fill(weight->values(), "weight"), fill(exact_weight->values(), "weight");
  fill(dweight->values(), "dweight"), fill(exact_dweight->values(), "dweight");  // backward adds to it
  table<T, Width> y(of), dy(of, "dy");
  table<double, Width> exact_y(of), exact_dy(of, "dy");
  op::forward(on<backend::cuda>(), *weight, ids{id.data(), of}, y.out());
  op::backward(on<backend::cuda>(), ids{id.data(), of}, dy.in(), *dweight);
  settle<backend::cuda>();
  exact::forward(on<backend::reference>(), *exact_weight, ids{id.data(), of}, exact_y.out());
  exact::backward(on<backend::reference>(), ids{id.data(), of}, exact_dy.in(), *exact_dweight);
  BOOST_TEST(worst(y, exact_y) == 0);
  BOOST_TEST(worst(dweight->values(), exact_dweight->values()) <= tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 2, 33, 150}) {
      agrees_with_reference<float, 19, 27>(n);
      agrees_with_reference<float, 256, 64>(n);
      agrees_with_reference<double, 2, 300>(n);
      agrees_with_reference<bfloat16, 19, 27>(n);
      agrees_with_reference<float, 1, 5>(n);
    }
  });
}
