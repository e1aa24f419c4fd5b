// tests/model/carry.cu: a model on a device begins from a state, leaves one and has gradients in both; and so do all
// combinators of layers.
#define BOOST_TEST_MODULE model_carry_cuda
#include <krait/kernel/cuda.cuh>
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/recompute.hpp>

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

namespace {
using block = residual<rms_norm<4>, mamba<mamba_config{.d_model = 4, .d_state = 2, .d_conv = 3}>>;
using mlp = residual<rms_norm<4>, feed_forward<feed_forward_config{.d_model = 4, .d_hidden = 5}>>;
using nested = chain<linear<linear_config{3, 4}>, repeat<2, chain<block, mlp>>, recompute<block>, recompute<mlp>>;
template <class T> using layers = layer_run<T, nested>;
}  // namespace

BOOST_AUTO_TEST_CASE(combinators) {
  carries_as_the_reference<backend::cuda, layers<float>, layers<double>, float>();
  two_pieces_are_the_whole<backend::cuda, layers<float>, float>();
}
