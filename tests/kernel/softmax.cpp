#define BOOST_TEST_MODULE kernel_softmax
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/softmax/cpu.hpp>
#include <krait/kernel/softmax/reference.hpp>

#include "../oracle.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

template <class T, int Width> struct problem {
  sequences of;
  table<T, Width, row_stride(Width) + 16> x{of, "x", 3};
  table<T, Width> y{of}, dy{of, "dy"}, dx{of};
  explicit problem(int n) : of{1, n} {}
  template <class Backend> void forward() { kernel::softmax<Backend, Width>::forward(on<Backend>(), x.in(), y.out()); }
  template <class Backend> void backward() {
    kernel::softmax<Backend, Width>::backward(on<Backend>(), y.in(), dy.in(), dx.out());
  }
};

template <class T, int Width> void agrees_with_reference(int n) {
  problem<T, Width> p(n);
  problem<double, Width> exact(n);
  p.template forward<backend::cpu>();
  p.template backward<backend::cpu>();
  exact.template forward<backend::reference>();
  exact.template backward<backend::reference>();
  BOOST_TEST(worst(p.y, exact.y) <= tolerance<T>);
  BOOST_TEST(worst(p.dx, exact.dx) <= tolerance<T>);
}

template <class Backend, class T> void agrees_with_pytorch() {
  const oracle o("softmax");
  const sequences of{1, 5};
  table<T, 11> x(of, o["x"]), dy(of, o["d.y"]);
  kernel::softmax<Backend, 11>::forward(on<Backend>(), x.in(), x.out());  // in place, both
  BOOST_TEST(worst(x.values(), o["y"]) <= tolerance<T>);
  kernel::softmax<Backend, 11>::backward(on<Backend>(), x.in(), dy.in(), dy.out());
  BOOST_TEST(worst(dy.values(), o["d.x"]) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float, 27>(n);
  agrees_with_reference<float, 64>(n);
  agrees_with_reference<float, 5>(n);
  agrees_with_reference<double, 27>(n);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 7> p(3);
  p.forward<backend::reference>();
  p.backward<backend::reference>();
  const auto loss = [&] {
    p.forward<backend::reference>();
    return inner(p.y, p.dy);
  };
  BOOST_TEST(worst(p.dx.values(), slopes(p.x, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(large_scores_are_no_matter) {
  const sequences of{1, 1};
  table<float, 4> x(of, std::vector<double>{1e4, 1e4 - 1, -1e4, 1e4});
  kernel::softmax<backend::cpu, 4>::forward(on<backend::cpu>(), x.in(), x.out());
  const double e = std::exp(-1.);
  BOOST_TEST(worst(x.values(), std::vector<double>{1 / (2 + e), e / (2 + e), 0, 1 / (2 + e)}) <= tolerance<float>);
}

BOOST_AUTO_TEST_CASE(the_largest_score_may_stand_anywhere) {
  const sequences of{1, 1};
  for (int place = 0; place < 37; ++place) {
    table<float, 37> x(of);
    x.out()[0][place] = 1000;
    kernel::softmax<backend::cpu, 37>::forward(on<backend::cpu>(), x.in(), x.out());
    BOOST_TEST(x.in()[0][place] == 1);
  }
}
