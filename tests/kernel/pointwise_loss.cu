#define BOOST_TEST_MODULE kernel_pointwise_loss_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/pointwise_loss/cuda.cuh>

#include "../cuda_testing.hpp"
#include "pointwise_loss.hpp"
using namespace krait;
using namespace krait::testing;

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    each_loss([]<class Loss>(Loss) {
      for (const int n : {0, 1, 129})
        for (const bool weighted : {false, true}) {
          loss_agrees_with_reference<backend::cuda, float, Loss, 1>(n, weighted);
          loss_agrees_with_reference<backend::cuda, float, Loss, 27>(n, weighted);
          loss_agrees_with_reference<backend::cuda, double, Loss, 5>(n, weighted);
          loss_agrees_with_reference<backend::cuda, bfloat16, Loss, 27>(n, weighted);
        }
    });
  });
}
BOOST_AUTO_TEST_CASE(a_worked_example) {
  in_every_order([] {
    pointwise_problem<float, kernel::losses::hinge, 1> p(4, true);
    const float y[] = {0.25f, 2, -0.5f, 1}, w[] = {1, 1, 2, 1};
    for (std::size_t t = 0; t < 4; ++t) p.y.data[t * p.y.in().stride] = y[t], p.weights[t] = w[t];
    for (int t = 0; t < 4; ++t) p.target.out()[t][0] = 1;
    BOOST_TEST(p.forward<backend::cuda>() == 0.75 + 0 + 2 * 1.5 + 0);
    p.backward<backend::cuda>(0.5);
    const float wanted[] = {-0.5f, 0, -1, 0};  // 0 at the kink
    for (int t = 0; t < 4; ++t) BOOST_TEST(p.dy.in()[t][0] == wanted[t]);
  });
}
BOOST_AUTO_TEST_CASE(an_output_that_is_no_number_shows_in_the_loss) {
  each_loss([]<class Loss>(Loss) {
    pointwise_problem<float, Loss, 3> p(2, false);
    p.y.out()[1][2] = std::numeric_limits<float>::quiet_NaN();
    BOOST_TEST(std::isnan(p.template forward<backend::cuda>()));
  });
}
