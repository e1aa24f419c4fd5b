#define BOOST_TEST_MODULE kernel_scalar_decay_cuda
#include <krait/kernel/scalar_decay/cuda.cuh>

#include "../cuda_testing.hpp"
#include "scalar_decay.hpp"
using namespace krait;
using namespace krait::testing;

// Channels about a warp, tokens about a block's and about the parts of all.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 9}) {
      agrees_with_reference<backend::cuda, float, 1, 1>(n);
      agrees_with_reference<backend::cuda, float, 3, 33>(n);
      agrees_with_reference<backend::cuda, double, 2, 27>(n);
      agrees_with_reference<backend::cuda, bfloat16, 2, 40>(n);
    }
  });
  agrees_with_reference<backend::cuda, float, 1, 3>(4 * 256 + 5);
}
