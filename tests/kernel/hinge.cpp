#define BOOST_TEST_MODULE kernel_hinge
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/hinge/cpu.hpp>
#include <krait/kernel/hinge/reference.hpp>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Outputs on either side of the kink, labels -1 and 1.
template <class T, int Width> struct problem {
  sequences of;
  table<T, Width, row_stride(Width) + 16> y{of, "y", 2}, target{of, "target"};
  table<T, Width> dy{of};
  std::vector<float> weights = numbers<float>("weights", static_cast<std::size_t>(of.tokens()));
  bool weighted = true;
  explicit problem(int n) : of{1, n} {
    for (std::size_t t = 0; t < weights.size(); t += 3) weights[t] = 0;
    for (int t = 0; t < n; ++t)
      for (int i = 0; i < Width; ++i) target.out()[t][i] = target.in()[t][i] < 0 ? T(-1) : T(1);
  }
  template <class Backend> double forward() {
    return kernel::hinge<Backend, Width>::forward(on<Backend>(), y.in(), target.in(),
                                                  weighted ? weights.data() : nullptr);
  }
  template <class Backend> void backward(double scale) {
    kernel::hinge<Backend, Width>::backward(on<Backend>(), y.in(), target.in(), weighted ? weights.data() : nullptr,
                                            T(scale), dy.out());
  }
};

template <class T, int Width> void agrees_with_reference(int n) {
  problem<T, Width> p(n);
  problem<double, Width> exact(n);
  const double loss = p.template forward<backend::cpu>(), exact_loss = exact.template forward<backend::reference>();
  BOOST_TEST(std::abs(loss - exact_loss) <= tolerance<T> * (1 + n) * Width);
  p.template backward<backend::cpu>(0.25);
  exact.template backward<backend::reference>(0.25);
  BOOST_TEST(worst(p.dy, exact.dy) <= tolerance<T>);
}

}  // namespace

BOOST_DATA_TEST_CASE(cpu_is_the_reference, boost::unit_test::data::make(lengths), n) {
  agrees_with_reference<float, 27>(n);
  agrees_with_reference<float, 32>(n);
  agrees_with_reference<float, 1>(n);
  agrees_with_reference<double, 27>(n);
}

BOOST_AUTO_TEST_CASE(reference_backward_is_the_slope) {
  problem<double, 7> p(5);
  for (int t = 0; t < 5; ++t)
    for (int i = 0; i < 7; ++i)
      if (std::abs(p.y.in()[t][i] * p.target.in()[t][i] - 1) < 0.01) p.y.out()[t][i] *= 1.1;  // off the kink
  p.backward<backend::reference>(0.25);
  const auto loss = [&] { return 0.25 * p.forward<backend::reference>(); };
  BOOST_TEST(worst(p.dy.values(), slopes(p.y, loss)) <= slope_tolerance);
}

BOOST_AUTO_TEST_CASE(a_worked_example) {
  const auto holds = []<class Backend>(std::type_identity<Backend>) {
    problem<float, 1> p(4);
    const float y[] = {0.25f, 2, -0.5f, 1}, z[] = {1, 1, 1, 1}, w[] = {1, 1, 2, 1};
    for (int t = 0; t < 4; ++t) p.y.out()[t][0] = y[t], p.target.out()[t][0] = z[t], p.weights[t] = w[t];
    BOOST_TEST(p.template forward<Backend>() == 0.75 + 0 + 2 * 1.5 + 0);
    p.template backward<Backend>(0.5);
    const float wanted[] = {-0.5f, 0, -1, 0};  // 0 at the kink
    for (int t = 0; t < 4; ++t) BOOST_TEST(p.dy.in()[t][0] == wanted[t]);
  };
  holds(std::type_identity<backend::reference>{});
  holds(std::type_identity<backend::cpu>{});
}

BOOST_AUTO_TEST_CASE(a_token_of_weight_0_is_not_looked_at) {
  problem<float, 7> p(4);
  std::fill_n(p.y.out()[3], 7, std::numeric_limits<float>::quiet_NaN());  // token 3 has weight 0
  BOOST_TEST(std::isfinite(p.forward<backend::cpu>()));
  p.backward<backend::cpu>(1);
  for (int i = 0; i < 7; ++i) BOOST_TEST(p.dy.in()[3][i] == 0);
}
