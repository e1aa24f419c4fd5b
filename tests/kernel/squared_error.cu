#define BOOST_TEST_MODULE kernel_squared_error_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/squared_error/cuda.cuh>
#include <krait/kernel/squared_error/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, int Width> void agrees_with_reference(int n, bool weighted) {
  const numbers_of<T> scope;
  const sequences of{1, n};
  const table<T, Width, row_stride(Width) + 16> y(of, "y"), target(of, "target");
  const table<double, Width> exact_y(of, "y"), exact_target(of, "target");
  table<T, Width> d(of);
  table<double, Width> exact_d(of);
  auto weights = numbers<float>("weights", static_cast<std::size_t>(n));
  for (std::size_t t = 0; t < weights.size(); t += 3) weights[t] = 0;
  const float* w = weighted ? weights.data() : nullptr;
  using op = kernel::squared_error<backend::cuda, Width>;
  using exact = kernel::squared_error<backend::reference, Width>;
  const double* loss = op::forward(on<backend::cuda>(), y.in(), target.in(), w);
  op::backward(on<backend::cuda>(), y.in(), target.in(), w, 0.25f, d.out());
  settle<backend::cuda>();
  const double exact_loss = exact::forward(on<backend::reference>(), exact_y.in(), exact_target.in(), w);
  exact::backward(on<backend::reference>(), exact_y.in(), exact_target.in(), w, 0.25, exact_d.out());
  BOOST_TEST(std::abs(*loss - exact_loss) <= tolerance<T> * (1 + n) * Width);
  BOOST_TEST(worst(d, exact_d) <= tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 7, 300})
      for (const bool weighted : {false, true}) {
        agrees_with_reference<float, 1>(n, weighted);
        agrees_with_reference<float, 27>(n, weighted);
        agrees_with_reference<double, 5>(n, weighted);
        agrees_with_reference<bfloat16, 27>(n, weighted);
      }
  });
}
