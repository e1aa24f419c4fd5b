#define BOOST_TEST_MODULE kernel_attention_cuda
#include <krait/kernel/attention/cuda.cuh>

#include "../cuda_testing.hpp"
#include "attention.hpp"
using namespace krait;
using namespace krait::testing;

// Lengths about the tiles, head widths about the lanes.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int length : {0, 1, 2, 7, 31, 32, 33, 65})
      agrees_with_reference<backend::cuda, float, 2, 1, 16>(2, length);
    agrees_with_reference<backend::cuda, float, 4, 2, 5>(2, 130);
    agrees_with_reference<backend::cuda, float, 2, 2, 33>(1, 40);
    agrees_with_reference<backend::cuda, float, 1, 1, 64>(1, 33);
    agrees_with_reference<backend::cuda, float, 1, 1, 100>(1, 20);
    agrees_with_reference<backend::cuda, float, 2, 1, 256>(1, 18);
    agrees_with_reference<backend::cuda, double, 3, 1, 8>(2, 40);
    agrees_with_reference<backend::cuda, bfloat16, 4, 2, 16>(2, 40);
    agrees_with_reference<backend::cuda, float, 1, 1, 1>(2, 20);
    agrees_with_reference<backend::cuda, float, 2, 1, 16>(0, 5);
  });
}
BOOST_AUTO_TEST_CASE(works_in_place) {
  in_every_order([] {
    const auto made = testing::make_shared<problem<float, 2, 1, 16>>(2, 40, form{true, true});
    auto& p = *made;
    p.forward<backend::cuda>();
    p.backward<backend::cuda>();
    using op = kernel::attention<backend::cuda, 2, 1, 16>;
    auto d = p.dy;
    table<float, 64> dqkv(p.of);
    op::backward(on<backend::cuda>(), p.q(), p.k(), p.v(), p.y.in(), p.lse.data(), d.in(), d.out(),
                 dqkv.out().template columns<32, 16>(), dqkv.out().template columns<48, 16>());
    settle<backend::cuda>();
    for (int t = 0; t < p.of.tokens(); ++t)
      for (int i = 0; i < 32; ++i) BOOST_TEST(d.in()[t][i] == p.dqkv.in()[t][i]);
  });
}
