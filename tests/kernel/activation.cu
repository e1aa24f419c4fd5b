#define BOOST_TEST_MODULE kernel_activation_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/activation/cuda.cuh>
#include <krait/kernel/activation/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class Function, class T, int Width> void agrees_with_reference(int n) {
  const numbers_of<T> scope;
  using op = kernel::activation<backend::cuda, Function, Width>;
  using exact = kernel::activation<backend::reference, Function, Width>;
  const sequences of{1, n};
  const table<T, Width, row_stride(Width) + 16> x(of, "x", 3), dy(of, "dy");
  const table<double, Width> exact_x(of, "x", 3), exact_dy(of, "dy");
  table<T, Width> y(of), dx(of), same = y;
  table<double, Width> exact_y(of), exact_dx(of);
  op::forward(on<backend::cuda>(), x.in(), y.out());
  op::backward(on<backend::cuda>(), x.in(), dy.in(), dx.out());
  op::forward(on<backend::cuda>(), y.in(), same.out());
  op::forward(on<backend::cuda>(), y.in(), y.out());  // in place
  settle<backend::cuda>();
  exact::forward(on<backend::reference>(), exact_x.in(), exact_y.out());
  exact::backward(on<backend::reference>(), exact_x.in(), exact_dy.in(), exact_dx.out());
  BOOST_TEST(worst(dx, exact_dx) <= tolerance<T>);
  BOOST_TEST(worst(y, same) == 0);
  op::forward(on<backend::cuda>(), x.in(), y.out());
  settle<backend::cuda>();
  BOOST_TEST(worst(y, exact_y) <= tolerance<T>);
}
template <class Function> void agrees() {
  for (const int n : {0, 1, 9, 40}) {
    agrees_with_reference<Function, float, 27>(n);
    agrees_with_reference<Function, float, 64>(n);
    agrees_with_reference<Function, double, 33>(n);
    agrees_with_reference<Function, bfloat16, 27>(n);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    agrees<kernel::activation_function::sigmoid>();
    agrees<kernel::activation_function::silu>();
    agrees<kernel::activation_function::gelu_tanh>();
    agrees<kernel::activation_function::gelu_erf>();
    agrees<kernel::activation_function::relu>();
    agrees<kernel::activation_function::softplus>();
  });
}
