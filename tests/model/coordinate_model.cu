// tests/model/coordinate_model.cu: selective_ssm, identity and the model read no row on the host: kernels do.
#define BOOST_TEST_MODULE model_coordinate_model_cuda
#include <krait/kernel/cuda.cuh>

#include "../cuda_testing.hpp"
#include "coordinate_model.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, class Model> void carries() {
  carries_as_the_reference<backend::cuda, layer_run<T, Model>, layer_run<double, Model>, T>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    carries<float, one_delta>();
    carries<float, delta_by_channel>();
  });
  carries<bfloat16, one_delta>();
}
BOOST_AUTO_TEST_CASE(steps) {
  steps_from_a_state_are_forward<backend::cuda, layer_run<float, delta_by_channel>, float>();
}
