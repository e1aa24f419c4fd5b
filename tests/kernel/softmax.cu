#define BOOST_TEST_MODULE kernel_softmax_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/softmax/cuda.cuh>
#include <krait/kernel/softmax/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, int Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  using op = kernel::softmax<backend::cuda, Width>;
  using exact = kernel::softmax<backend::reference, Width>;
  const sequences of{1, n};
  const table<T, Width, row_stride(Width) + 16> x(of, "x", 3);
  const table<double, Width> exact_x(of, "x", 3), exact_dy(of, "dy");
  table<T, Width> dy(of, "dy"), y(of), dx(of), same(of, x.values());
  table<double, Width> exact_y(of), exact_dx(of);
  op::forward(on<backend::cuda>(), x.in(), y.out());
  op::backward(on<backend::cuda>(), y.in(), dy.in(), dx.out());
  op::forward(on<backend::cuda>(), same.in(), same.out());  // in place, both
  op::backward(on<backend::cuda>(), y.in(), dy.in(), dy.out());
  settle<backend::cuda>();
  exact::forward(on<backend::reference>(), exact_x.in(), exact_y.out());
  exact::backward(on<backend::reference>(), exact_y.in(), exact_dy.in(), exact_dx.out());
  BOOST_TEST_CONTEXT("width " << Width << ", " << n << " tokens") {
    BOOST_TEST(worst(y, exact_y) <= tolerance<T>);
    BOOST_TEST(worst(dx, exact_dx) <= tolerance<T>);
    BOOST_TEST(worst(same, y) == 0);
    BOOST_TEST(worst(dy, dx) == 0);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 7, 33}) {
      agrees_with_reference<float, 1>(n);
      agrees_with_reference<float, 27>(n);
      agrees_with_reference<float, 32>(n);
      agrees_with_reference<double, 33>(n);
      agrees_with_reference<bfloat16, 27>(n);
      agrees_with_reference<float, 255>(n);
      agrees_with_reference<float, 256>(n);
      agrees_with_reference<double, 300>(n);
    }
  });
}
BOOST_AUTO_TEST_CASE(large_scores_are_no_matter) {
  in_every_order([] {
    const sequences of{1, 1};
    table<float, 4> x(of, std::vector<double>{1e4, 1e4 - 1, -1e4, 1e4});
    kernel::softmax<backend::cuda, 4>::forward(on<backend::cuda>(), x.in(), x.out());
    settle<backend::cuda>();
    const double e = std::exp(-1.);
    BOOST_TEST(worst(x.values(), std::vector<double>{1 / (2 + e), e / (2 + e), 0, 1 / (2 + e)}) <= tolerance<float>);
  });
}
BOOST_AUTO_TEST_CASE(the_largest_score_may_stand_anywhere) {
  in_every_order([] {
    constexpr int width = 300;
    const sequences of{1, width};
    table<float, width> x(of);
    for (int place = 0; place < width; ++place) {
      std::fill_n(x.out()[place], width, -2e3f);  // below 0, which no thread may offer
      x.out()[place][place] = -1e3f;
    }
    kernel::softmax<backend::cuda, width>::forward(on<backend::cuda>(), x.in(), x.out());
    settle<backend::cuda>();
    for (int place = 0; place < width; ++place) BOOST_TEST(x.in()[place][place] == 1);
  });
}
