#define BOOST_TEST_MODULE kernel_hinge_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/hinge/cuda.cuh>
#include <krait/kernel/hinge/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Labels -1 and 1.
template <class T, int Width, int Stride> void to_labels(table<T, Width, Stride>& target) {
  for (int t = 0; t < target.of.tokens(); ++t)
    for (int i = 0; i < Width; ++i) target.out()[t][i] = target.in()[t][i] < 0 ? T(-1) : T(1);
}

/// Every third token has weight 0 and outputs that are no numbers, when weighted.
template <class T, int Width> void agrees_with_reference(int n, bool weighted) {
  const numbers_of<T> scope;
  const sequences of{1, n};
  table<T, Width, row_stride(Width) + 16> y(of, "y", 2), target(of, "target");
  table<double, Width> exact_y(of, "y", 2), exact_target(of, "target"), exact_d(of);
  table<T, Width> d(of);
  to_labels(target), to_labels(exact_target);
  auto weights = numbers<float>("weights", static_cast<std::size_t>(n));
  for (int t = 0; t < n && weighted; t += 3) {
    weights[static_cast<std::size_t>(t)] = 0;
    std::fill_n(y.out()[t], Width, static_cast<T>(std::numeric_limits<float>::quiet_NaN()));
  }
  const float* w = weighted ? weights.data() : nullptr;
  using op = kernel::hinge<backend::cuda, Width>;
  using exact = kernel::hinge<backend::reference, Width>;
  const double* loss = op::forward(on<backend::cuda>(), y.in(), target.in(), w);
  op::backward(on<backend::cuda>(), y.in(), target.in(), w, 0.25f, d.out());
  op::backward(on<backend::cuda>(), y.in(), target.in(), w, 0.25f, y.out());  // in place
  settle<backend::cuda>();
  const double exact_loss = exact::forward(on<backend::reference>(), exact_y.in(), exact_target.in(), w);
  exact::backward(on<backend::reference>(), exact_y.in(), exact_target.in(), w, 0.25, exact_d.out());
  BOOST_TEST_CONTEXT("width " << Width << ", " << n << " tokens") {
    BOOST_TEST(std::abs(*loss - exact_loss) <= tolerance<T> * (1 + n) * Width);
    BOOST_TEST(worst(d, exact_d) <= tolerance<T>);
    BOOST_TEST(worst(y, d) == 0);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 7, 129, 300})
      for (const bool weighted : {false, true}) {
        agrees_with_reference<float, 1>(n, weighted);
        agrees_with_reference<float, 27>(n, weighted);
        agrees_with_reference<float, 32>(n, weighted);
        agrees_with_reference<double, 33>(n, weighted);
        agrees_with_reference<bfloat16, 27>(n, weighted);
      }
  });
}
BOOST_AUTO_TEST_CASE(a_worked_example) {
  in_every_order([] {
    const sequences of{1, 4};
    table<float, 1> y(of, std::vector<float>{0.25f, 2, -0.5f, 1}), z(of, std::vector<float>{1, 1, 1, 1}), d(of);
    const array<float> weights{1, 1, 2, 1};
    const double* loss = kernel::hinge<backend::cuda, 1>::forward(on<backend::cuda>(), y.in(), z.in(), weights.data());
    kernel::hinge<backend::cuda, 1>::backward(on<backend::cuda>(), y.in(), z.in(), weights.data(), 0.5f, d.out());
    settle<backend::cuda>();
    BOOST_TEST(*loss == 0.75 + 0 + 2 * 1.5 + 0);
    const float wanted[] = {-0.5f, 0, -1, 0};  // 0 at the kink
    for (int t = 0; t < 4; ++t) BOOST_TEST(d.in()[t][0] == wanted[t]);
  });
}
