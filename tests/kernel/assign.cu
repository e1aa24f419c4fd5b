#define BOOST_TEST_MODULE kernel_assign_cuda
#include <krait/kernel/assign/cuda.cuh>

#include "../cuda_testing.hpp"
#include "assign.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(rows_are_copied_and_filled) {
  in_every_order([] {
    for (const int n : lengths) {
      copies_and_fills<backend::cuda, float, 27>(n);
      copies_and_fills<backend::cuda, double, 1>(n);
      copies_and_fills<backend::cuda, bfloat16, 128>(n);
    }
  });
}
