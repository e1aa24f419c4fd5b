#define BOOST_TEST_MODULE kernel_causal_conv1d_cuda
#include <krait/kernel/causal_conv1d/cuda.cuh>

#include "../cuda_testing.hpp"
#include "causal_conv1d.hpp"
using namespace krait;
using namespace krait::testing;

// Lengths about a thread's chunk, channels about a block.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  static_assert(kernel::detail::conv_chunk == 64 && kernel::detail::conv_threads == 128);
  in_every_order([] {
    for (const int length : {0, 1, 2, 3, 13, 63, 64, 65, 82, 130, 200})
      agrees_with_reference<backend::cuda, float, 33, 4>(2, length);
    agrees_with_reference<backend::cuda, float, 129, 4>(2, 70);
    agrees_with_reference<backend::cuda, float, 1, 4>(2, 20);
    agrees_with_reference<backend::cuda, float, 15, 2>(3, 90);
    agrees_with_reference<backend::cuda, float, 17, 3>(2, 20);
    agrees_with_reference<backend::cuda, float, 31, 5>(2, 66);
    agrees_with_reference<backend::cuda, double, 7, 8>(2, 70);
    agrees_with_reference<backend::cuda, double, 17, 4>(2, 82);
    agrees_with_reference<backend::cuda, bfloat16, 33, 4>(2, 82);
    agrees_with_reference<backend::cuda, float, 16, 4>(0, 5);
  });
}
BOOST_AUTO_TEST_CASE(state_is_updated_in_place) {
  in_every_order([] {
    for (const int length : {2, 150}) {
      const auto made = testing::make_shared<problem<float, 33, 4>>(2, length, form{true, true, true});
      auto& p = *made;
      p.forward<backend::cuda>();
      array<float> state = p.before;
      auto y = p.y;
      kernel::causal_conv1d<backend::cuda, 33, 4>::forward(on<backend::cuda>(), p.weight, p.bias, p.x.in(), y.out(),
                                                           {state.data(), state.data()});
      settle<backend::cuda>();
      BOOST_TEST(worst(state, p.after) == 0);
      BOOST_TEST(worst(y, p.y) == 0);
    }
  });
}
