// tests/model/carry.cu: a model on a device begins from a state, leaves one and has gradients in both.
#define BOOST_TEST_MODULE model_carry_cuda
#include <krait/kernel/cuda.cuh>

#include "../cuda_testing.hpp"
#include "carry.hpp"
using namespace krait;
using namespace krait::testing;

template <class T> using texts = text_run<T, small_mamba>;

BOOST_AUTO_TEST_CASE(cuda_carries_as_the_reference) {
  in_every_order([] { carries_as_the_reference<backend::cuda, texts<float>, texts<double>, float>(); });
}
BOOST_AUTO_TEST_CASE(steps_and_pieces) {
  steps_from_a_state_are_forward<backend::cuda, texts<float>, float>();
  two_pieces_are_the_whole<backend::cuda, texts<float>, float>();
}
