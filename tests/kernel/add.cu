#define BOOST_TEST_MODULE kernel_add_cuda
#include <krait/kernel/add/cuda.cuh>

#include "../cuda_testing.hpp"
#include "add.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : lengths) {
      agrees_with_reference<backend::cuda, float, 27>(n);
      agrees_with_reference<backend::cuda, float, 128>(n);
      agrees_with_reference<backend::cuda, double, 5>(n);
      agrees_with_reference<backend::cuda, bfloat16, 27>(n);
    }
  });
}
