// tests/kernel/pointwise_loss.hpp: outputs, targets and weights for any loss of them.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/kernel/pointwise_loss/reference.hpp>
#include <limits>
#include <type_traits>

#include "../testing.hpp"

namespace krait::testing {

/// A loss as a user writes it: of scalars only, and not 0 where y and z are.
struct log_cosh {
  template <class T> KRAIT_HOST_DEVICE static T value(T y, T z) {
    using std::log, std::cosh;
    return log(cosh(y - z)) + T(1);
  }
  template <class T> KRAIT_HOST_DEVICE static T slope(T y, T z) {
    using std::tanh;
    return tanh(y - z);
  }
};
template <class Loss>
inline constexpr bool has_labels =
    std::is_same_v<Loss, kernel::losses::hinge> || std::is_same_v<Loss, kernel::losses::logistic>;

/// f(loss) for every kind.
template <class F> void each_loss(F&& f) {
  f(kernel::losses::squared_error{});
  f(kernel::losses::hinge{});
  f(kernel::losses::logistic{});
  f(log_cosh{});
}

/// Every third token has weight 0, and its outputs are no numbers. Labels are -1 and 1.
template <class T, class Loss, int Width> struct pointwise_problem {
  sequences of;
  table<T, Width, row_stride(Width) + 16> y{of, "y", 2}, target{of, "target"};
  table<T, Width> dy{of};
  array<float> weights = numbers<float>("weights", static_cast<std::size_t>(of.tokens()));
  bool weighted;
  pointwise_problem(int n, bool weighted_) : of{1, n}, weighted(weighted_) {
    for (int t = 0; t < n; ++t) {
      float& weight = weights[static_cast<std::size_t>(t)];
      weight = t % 3 == 0 ? 0 : std::abs(weight);
      if (weighted && weight == 0)
        std::fill_n(y.out()[t], Width, static_cast<T>(std::numeric_limits<float>::quiet_NaN()));
      for (int i = 0; i < Width && has_labels<Loss>; ++i)
        target.out()[t][i] = static_cast<float>(target.in()[t][i]) < 0 ? T(-1) : T(1);
    }
  }
  const float* w() const { return weighted ? weights.data() : nullptr; }
  template <class Backend> double forward() {
    const auto sum = kernel::pointwise_loss<Backend, Loss, Width>::forward(on<Backend>(), y.in(), target.in(), w());
    settle<Backend>();
    if constexpr (std::is_pointer_v<std::remove_const_t<decltype(sum)>>)
      return *sum;
    else
      return sum;
  }
  template <class Backend, class To> void backward(double scale, To& to) {
    kernel::pointwise_loss<Backend, Loss, Width>::backward(on<Backend>(), y.in(), target.in(), w(),
                                                           static_cast<sum_type<T>>(scale), to.out());
    settle<Backend>();
  }
  template <class Backend> void backward(double scale) { backward<Backend>(scale, dy); }
};

/// Forward, backward, and backward in place.
template <class Backend, class T, class Loss, int Width> void loss_agrees_with_reference(int n, bool weighted) {
  const numbers_of<T> scope;
  pointwise_problem<T, Loss, Width> p(n, weighted);
  pointwise_problem<double, Loss, Width> exact(n, weighted);
  BOOST_TEST_CONTEXT("width " << Width << ", " << n << " tokens, weighted " << weighted) {
    BOOST_TEST(std::abs(p.template forward<Backend>() - exact.template forward<backend::reference>()) <=
               tolerance<T> * (1 + n) * Width);
    p.template backward<Backend>(0.25);
    exact.template backward<backend::reference>(0.25);
    BOOST_TEST(worst(p.dy, exact.dy) <= tolerance<T>);
    p.template backward<Backend>(0.25, p.y);
    BOOST_TEST(worst(p.y, p.dy) == 0);
  }
}

}  // namespace krait::testing
