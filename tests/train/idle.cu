#define BOOST_TEST_MODULE train_idle_cuda
#include <krait/train/cuda.cuh>

#include "../cuda_testing.hpp"
#include "idle.hpp"
using namespace krait;
using namespace krait::testing;

namespace {
template <class Optimizer, class Precision = optim::fp32>
using on_device =
    train::trainer<backend::cuda,
                   train::pipeline<tiny_vectors, objective::squared_error, vector_shard<capacity{2, 12}, 3, 1>,
                                   Optimizer, Precision, vector_shard<capacity{9, 12}, 3, 1>>>;
}  // namespace

BOOST_AUTO_TEST_CASE(decay_shrinks_matrices_alone) { idle_steps_shrink_matrices_alone<on_device<decaying>>(5, false); }
BOOST_AUTO_TEST_CASE(empty_batches) {
  tiny_prompts usual = prompts(0);
  usual.per_shard = on_device<decaying>::per_shard;
  an_empty_batch_changes_nothing<on_device<decaying>>(usual);
}
