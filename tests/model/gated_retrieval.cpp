// tests/model/gated_retrieval.cpp: the answer by hand, and its gradient.
#define BOOST_TEST_MODULE model_gated_retrieval
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/aligned.hpp>
#include <krait/model/gated_retrieval.hpp>
#include <vector>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {
constexpr int d = 18, examples = 5;  // a vector of 16, and more
using form = model::gated_retrieval<d>;
using weights = form::weights<double>;

struct context {
  std::vector<double> x = numbers<double>("x", examples*d), query = numbers<double>("query", d);
  const double* point(int t) const { return x.data() + t * d; }
  static int said(int t) { return t % 2 == 0 ? 1 : -1; }
};
double f_of(const weights& w, const context& c) {
  return form::forward(
             w, examples, c.query.data(), [&](int t) { return c.point(t); }, context::said)
      .f;
}
}  // namespace

BOOST_AUTO_TEST_CASE(the_answer_by_hand) {
  const auto w = make_heap<weights>();
  const context c;
  for_each_tensor(*w, [&](const std::string& name, auto& t) { fill(t.values(), name, .5); });
  double h[d], h_y = 0;
  for (int k = 0; k < d; ++k) h[k] = c.query[static_cast<std::size_t>(k)];
  for (int t = 0; t < examples; ++t) {
    double likeness = 0;
    for (int k = 0; k < d; ++k) likeness += c.query[static_cast<std::size_t>(k)] * c.point(t)[k];
    const double g = std::exp(-(examples - t) * std::exp(w->lambda[0]));
    for (int k = 0; k < d; ++k) h[k] += g * likeness * c.point(t)[k];
    h_y += g * likeness * context::said(t);
  }
  double f = w->w_y[0] * h_y;
  for (int k = 0; k < d; ++k) f += w->w_x[k] * h[k];
  BOOST_TEST(f_of(*w, c) == f, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(form::gate(form::lambda_of(.03, 4), 4) == .03, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(the_gradient_is_right) {
  const auto w = make_heap<weights>(), dw = make_heap<weights>();
  const context c;
  for_each_tensor(*w, [&](const std::string& name, auto& t) { fill(t.values(), name, .5); });
  form::backward(
      *w, examples, c.query.data(), [&](int t) { return c.point(t); }, context::said, .7, *dw);
  const auto loss = [&] { return .7 * f_of(*w, c); };
  const auto check = [&](auto& t, auto& g, const char* name) {
    std::vector<double> expected, found;
    for (int i = 0; i < t.size; ++i) expected.push_back(slope(t[i], loss)), found.push_back(g[i]);
    BOOST_TEST(worst(found, expected) <= slope_tolerance, name);
  };
  check(w->w_x, dw->w_x, "w_x"), check(w->w_y, dw->w_y, "w_y"), check(w->lambda, dw->lambda, "lambda");
}
