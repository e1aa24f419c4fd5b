#define BOOST_TEST_MODULE kernel_positions_cuda
#include <krait/kernel/positions/cuda.cuh>

#include "../cuda_testing.hpp"
#include "positions.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {1, 2, 7, 40}) {
      agrees_with_reference<backend::cuda, float, 40, 27>(3, n);
      agrees_with_reference<backend::cuda, double, 40, 16>(1, n);
      agrees_with_reference<backend::cuda, bfloat16, 40, 27>(2, n);
    }
  });
}

BOOST_AUTO_TEST_CASE(a_longer_sequence_is_an_error) {
  const auto weight = testing::make_shared<tensor<float, 4, 8>>();
  table<float, 8> x({2, 5}), y({2, 5});
  using op = kernel::positions<backend::cuda, 4, 8>;
  BOOST_CHECK_THROW(op::forward(on<backend::cuda>(), *weight, x.in(), y.out()), data_error);
}
