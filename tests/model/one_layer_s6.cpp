// tests/model/one_layer_s6.cpp: the layer in d + 2 numbers a prompt is the selective scan with exact zero-order hold;
// its gradients; and with the theory's weights it is online gradient descent.
#define BOOST_TEST_MODULE model_one_layer_s6
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/kernel/selective_scan/reference.hpp>
#include <krait/model/one_layer_s6.hpp>
#include <krait/theory/online_gradient.hpp>
#include <vector>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 3, width = d + 1, states = 6, examples = 9;
using layer_type = model::one_layer_s6<d, states>;
using weights = layer_type::weights<double>;
constexpr int stride = layer_type::stride;

struct prompt_tokens {
  std::vector<double> x, y;
  explicit prompt_tokens(const std::string& name)
      : x(numbers<double>(name + " x", (examples + 1) * d)), y(numbers<double>(name + " y", examples + 1)) {}
};

heap<weights> random_weights(const std::string& name) {
  auto w = make_heap<weights>();
  for_each_tensor(*w, [&](const std::string& tensor, auto& t) { fill(t.values(), tensor + name, .5); });
  for (auto* matrix : {&w->W_B, &w->W_C})
    for (int i = 0; i < matrix->size; ++i)
      if (i % stride >= states) (*matrix)[i] = 0;
  for (auto* bias : {&w->b_B, &w->b_C})
    for (int m = states; m < stride; ++m) (*bias)[m] = 0;
  return w;
}

double answer(const weights& w, double b_D, const prompt_tokens& p) {
  double G[examples], let_in[examples + 1];
  layer_type::images<double> kept;
  layer_type::learnt_gates(w, b_D, examples, p.x.data(), p.y.data(), G, let_in);
  return layer_type::forward(w, layer_type::gather(examples, G, p.x.data(), p.y.data()), kept);
}

/// The same through kernel::selective_scan, every coordinate of a token a channel.
double scanned(const weights& w, double b_D, const prompt_tokens& p) {
  constexpr kernel::scan_config config{width, states, 1, kernel::discretisation::zero_order_hold};
  constexpr int row_width = 1 + 2 * states, points = examples + 1;
  const capacity room{1, points};
  auto x = std::make_unique<activations<double, capacity{1, points}, width>>();
  auto row = std::make_unique<activations<double, capacity{1, points}, row_width>>();
  auto z = std::make_unique<activations<double, capacity{1, points}, width>>();
  auto y = std::make_unique<activations<double, capacity{1, points}, width>>();
  auto gated = std::make_unique<activations<double, capacity{1, points}, width>>();
  const sequences one{1, points};
  for (int l = 0; l < points; ++l) {
    double* u = x->of(one)[l];
    for (int c = 0; c < d; ++c) u[c] = p.x[static_cast<std::size_t>(l * d + c)];
    u[d] = l < examples ? p.y[static_cast<std::size_t>(l)] : 0;
    double* to = row->of(one)[l];
    to[0] = 0;
    for (int c = 0; c < width; ++c) to[0] += w.w_D[c] * u[c];
    for (int m = 0; m < states; ++m) {
      to[1 + m] = w.b_B[m], to[1 + states + m] = w.b_C[m];
      for (int c = 0; c < width; ++c)
        to[1 + m] += w.W_B[c * stride + m] * u[c], to[1 + states + m] += w.W_C[c * stride + m] * u[c];
    }
  }
  tensor<double, width, 1> ones;
  tensor<double, width> bias, D;
  tensor<double, width, states> A_log;
  for (int c = 0; c < width; ++c) ones[c] = 1, bias[c] = b_D, D[c] = 0;
  for (double& a : A_log.values()) a = 0;
  std::vector<double> saved(kernel::scan_saved_size<config>(room));
  backend::reference on;
  kernel::selective_scan<backend::reference, config>::forward(
      on, kernel::scan_weights<double, config>{ones, bias, A_log, D}, constant(x->of(one)), constant(row->of(one)),
      constant(z->of(one)), y->of(one), gated->of(one), saved.data());
  return y->of(one)[points - 1][d];
}

}  // namespace

BOOST_AUTO_TEST_CASE(it_is_the_scan) {
  for (int k = 0; k < 10; ++k) {
    const std::string name = "scan" + std::to_string(k);
    const auto w = random_weights(name);
    const prompt_tokens p(name);
    BOOST_TEST(answer(*w, -1 + .3 * k, p) == scanned(*w, -1 + .3 * k, p), boost::test_tools::tolerance(1e-11));
  }
}

BOOST_AUTO_TEST_CASE(a_fixed_step_is_a_learnt_one_that_reads_nothing) {
  const auto w = random_weights("fixed");
  for (double& one : w->w_D.values()) one = 0;
  const double alpha = std::exp2(-1. / examples), b_D = std::log(std::exp(std::log(2.) / examples) - 1);
  const prompt_tokens p("fixed");
  double learnt[examples], let_in[examples + 1], fixed[examples];
  layer_type::learnt_gates(*w, b_D, examples, p.x.data(), p.y.data(), learnt, let_in);
  layer_type::fixed_gates(alpha, examples, fixed);
  for (int l = 0; l < examples; ++l) BOOST_TEST(learnt[l] == fixed[l], boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(gradients_are_right) {
  const auto w = random_weights("slopes"), dw = make_heap<weights>();
  const prompt_tokens p("slopes");
  const double b_D = -.7;
  double G[examples], let_in[examples + 1];
  layer_type::images<double> kept;
  layer_type::learnt_gates(*w, b_D, examples, p.x.data(), p.y.data(), G, let_in);
  const auto of = layer_type::gather(examples, G, p.x.data(), p.y.data());
  layer_type::forward(*w, of, kept);
  layer_type::backward(*w, of, kept, .7, *dw);
  layer_type::backward_step(*w, examples, p.x.data(), p.y.data(), G, let_in, kept, .7, *dw);
  const auto loss = [&] { return .7 * answer(*w, b_D, p); };
  const auto check = [&](auto& t, auto& g, const char* name) {
    std::vector<double> expected, found;
    for (int i = 0; i < t.size; ++i) expected.push_back(slope(t[i], loss)), found.push_back(g[i]);
    BOOST_TEST(worst(found, expected) <= slope_tolerance, name);
  };
  check(w->W_B, dw->W_B, "W_B"), check(w->W_C, dw->W_C, "W_C"), check(w->b_B, dw->b_B, "b_B");
  check(w->b_C, dw->b_C, "b_C"), check(w->w_D, dw->w_D, "w_D");
}

BOOST_AUTO_TEST_CASE(the_exact_weights_descend) {
  const theory::online_gradient theory(d, examples);
  const auto w = make_heap<weights>();
  layer_type::set_exact(*w, theory.beta());
  const prompt_tokens p("exact");
  double G[examples], learnt[d] = {}, expected = 0;
  layer_type::images<double> kept;
  layer_type::fixed_gates(theory.alpha, examples, G);
  for (int l = 0; l < examples; ++l)
    for (int c = 0; c < d; ++c)
      learnt[c] = theory.alpha * learnt[c] + (1 - theory.alpha) * theory.beta() * p.y[static_cast<std::size_t>(l)] *
                                                 p.x[static_cast<std::size_t>(l * d + c)];
  for (int c = 0; c < d; ++c) expected += theory.alpha * learnt[c] * p.x[static_cast<std::size_t>(examples * d + c)];
  BOOST_TEST(layer_type::forward(*w, layer_type::gather(examples, G, p.x.data(), p.y.data()), kept) == expected,
             boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(rows_that_were_not_asked_for_stay_zero) {
  const auto w = make_heap<weights>(), dw = make_heap<weights>();
  layer_type::initialise(*w, 3, 2);
  const prompt_tokens p("rows");
  double G[examples];
  layer_type::images<double> kept;
  layer_type::fixed_gates(.9, examples, G);
  const auto of = layer_type::gather(examples, G, p.x.data(), p.y.data());
  layer_type::forward(*w, of, kept);
  layer_type::backward(*w, of, kept, 1., *dw);
  double there = 0;
  for (int i = 0; i < w->W_B.size; ++i)
    if (i % stride >= 2)
      BOOST_TEST((w->W_B[i] == 0 && dw->W_B[i] == 0 && dw->W_C[i] == 0));
    else
      there += std::abs(dw->W_B[i]);
  BOOST_TEST(there > 0);
}
