#define BOOST_TEST_MODULE kernel_s4d_scan_cuda
#include <krait/kernel/s4d_scan/cuda.cuh>

#include "../cuda_testing.hpp"
#include "s4d_scan.hpp"
using namespace krait;
using namespace krait::testing;

namespace {
template <class T, int Channels, int Pairs> void look(int count, std::initializer_list<int> lengths) {
  if constexpr (looks_at<T>) agrees_with_reference<backend::cuda, sum_type<T>, T, Channels, Pairs>(count, lengths);
}
}  // namespace

// Lengths about the chunk, channels about a block, poles about the groups of forward and backward. No thread needs
// another, so one order of them is enough.
BOOST_AUTO_TEST_CASE(chunks_blocks_and_groups) {
  look<float, 16, 8>(2, {0, 1, 7, 8, 9, 17, 40});
  look<float, 1, 1>(3, {1, 13});
  look<float, 129, 5>(1, {11});
  look<float, 15, 9>(2, {13});
  look<float, 15, 4>(0, {5});
  look<double, 7, 3>(2, {13, 33});
}
// Parameters and states are float; poles of one group, so that y is rounded once.
BOOST_AUTO_TEST_CASE(bfloat16_activations) { look<bfloat16, 16, 4>(2, {1, 13, 40}); }
