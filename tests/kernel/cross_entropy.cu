#define BOOST_TEST_MODULE kernel_cross_entropy_cuda
#include <boost/test/unit_test.hpp>
#include <krait/kernel/cross_entropy/cuda.cuh>
#include <krait/kernel/cross_entropy/reference.hpp>

#include "../cuda_testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Every third token has weight 0 and a target that is no class.
template <class T, int Classes> void agrees_with_reference(int n, bool weighted) {
  const numbers_of<T> scope;
  const sequences of{1, n};
  table<T, Classes, row_stride(Classes) + 16> logits(of, "logits", 3), same = logits;
  table<T, Classes, row_stride(Classes) + 16> d(of);
  table<double, Classes> exact_logits(of, "logits", 3), exact_d(of);
  auto targets = integers("targets", static_cast<std::size_t>(n), Classes);
  auto weights = numbers<float>("weights", static_cast<std::size_t>(n));
  for (std::size_t t = 0; t < targets.size() && weighted; t += 3) weights[t] = 0, targets[t] = -1;
  const float* w = weighted ? weights.data() : nullptr;
  array<sum_type<T>> lse(static_cast<std::size_t>(n));
  array<double> exact_lse(static_cast<std::size_t>(n));
  using op = kernel::cross_entropy<backend::cuda, Classes>;
  using exact = kernel::cross_entropy<backend::reference, Classes>;
  const double* loss = op::forward(on<backend::cuda>(), logits.in(), targets.data(), w, lse.data());
  op::backward(on<backend::cuda>(), logits.in(), targets.data(), w, lse.data(), 0.25f, d.out());
  op::backward(on<backend::cuda>(), same.in(), targets.data(), w, lse.data(), 0.25f, same.out());  // in place
  settle<backend::cuda>();
  const double exact_loss =
      exact::forward(on<backend::reference>(), exact_logits.in(), targets.data(), w, exact_lse.data());
  exact::backward(on<backend::reference>(), exact_logits.in(), targets.data(), w, exact_lse.data(), 0.25,
                  exact_d.out());
  BOOST_TEST_CONTEXT(Classes << " classes, " << n << " tokens") {
    BOOST_TEST(std::abs(*loss - exact_loss) <= tolerance<T> * (1 + n));
    BOOST_TEST(worst(lse, exact_lse) <= tolerance<T>);
    BOOST_TEST(worst(d, exact_d) <= tolerance<T>);
    BOOST_TEST(worst(same, d) == 0);
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    for (const int n : {0, 1, 7, 40})
      for (const bool weighted : {false, true}) {
        agrees_with_reference<float, 27>(n, weighted);
        agrees_with_reference<float, 256>(n, weighted);
        agrees_with_reference<double, 1000>(n, weighted);
        agrees_with_reference<bfloat16, 256>(n, weighted);
        agrees_with_reference<float, 1>(n, weighted);
      }
  });
}
BOOST_AUTO_TEST_CASE(large_logits_stay_finite) {
  in_every_order([] {
    const sequences of{1, 2};
    table<float, 40> logits(of), d(of);
    for (int i = 0; i < 40; ++i) logits.out()[0][i] = i == 7 ? 1e4f : -1e4f, logits.out()[1][i] = 3e38f;
    const array<std::int32_t> targets{7, 1};
    array<float> lse(2);
    const double* loss = kernel::cross_entropy<backend::cuda, 40>::forward(on<backend::cuda>(), logits.in(),
                                                                           targets.data(), nullptr, lse.data());
    settle<backend::cuda>();
    BOOST_TEST(lse[0] == 1e4f);
    for (int i = 0; i < 40; ++i) logits.out()[0][i] = i % 20 == 7 ? 0.f : -std::numeric_limits<float>::infinity();
    kernel::cross_entropy<backend::cuda, 40>::forward(on<backend::cuda>(), logits.in(), targets.data(), nullptr,
                                                      lse.data());
    settle<backend::cuda>();
    BOOST_TEST(std::abs(lse[0] - std::log(2.f)) < 1e-6f);
    BOOST_TEST(std::isfinite(*loss));
  });
}
