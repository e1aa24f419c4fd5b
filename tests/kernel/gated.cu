#define BOOST_TEST_MODULE kernel_gated_cuda
#include <krait/kernel/gated/cuda.cuh>

#include "../cuda_testing.hpp"
#include "gated.hpp"
using namespace krait;
using namespace krait::testing;

// Scalars about the threads of a block.
BOOST_AUTO_TEST_CASE_TEMPLATE(cuda_is_the_reference, Function, functions) {
  in_every_order([] {
    for (const int n : {0, 1, 9, 40}) {
      agrees_with_reference<backend::cuda, Function, float, 27>(n);
      agrees_with_reference<backend::cuda, Function, float, 64>(n);
      agrees_with_reference<backend::cuda, Function, double, 33>(n);
      agrees_with_reference<backend::cuda, Function, bfloat16, 27>(n);
    }
  });
}
BOOST_AUTO_TEST_CASE(in_place) { in_every_order(works_in_place<backend::cuda>); }
