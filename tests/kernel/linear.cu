#define BOOST_TEST_MODULE kernel_linear_cuda
#include <krait/kernel/linear/cuda.cuh>

#include "../cuda_testing.hpp"
#include "linear.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : lengths) {
      agrees_with_reference<backend::cuda, float, 27, 33>(n);
      agrees_with_reference<backend::cuda, float, 64, 40, 0>(n);
      agrees_with_reference<backend::cuda, float, 1, 5>(n);
      agrees_with_reference<backend::cuda, float, 16, 129>(n);
      agrees_with_reference<backend::cuda, double, 27, 33>(n);
      agrees_with_reference<backend::cuda, bfloat16, 27, 33>(n);
      agrees_with_reference<backend::cuda, bfloat16, 64, 40, 0>(n);
    }
    agrees_with_reference<backend::cuda, float, 300, 70>(300);
  });
}
BOOST_AUTO_TEST_CASE(plans_are_kept) {
  const auto made = testing::make_shared<problem<float, 48, 32>>(11);
  made->forward<backend::cuda>();
  const std::size_t plans = on<backend::cuda>().product->size();
  made->forward<backend::cuda>();
  BOOST_TEST(on<backend::cuda>().product->size() == plans);
  made->backward<backend::cuda>();
  BOOST_TEST(on<backend::cuda>().product->size() == plans + 2);
}
