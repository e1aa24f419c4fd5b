// tests/model/one_layer.cpp: closed forms against the recurrence, against central differences, and against their form
// in atoms.
#define BOOST_TEST_MODULE model_one_layer
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/backend/cpu.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/kernel/one_layer/atoms.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/model/one_layer_scan.hpp>
#include <krait/task/outlier_classification.hpp>
#include <string>
#include <vector>

#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 7, width = d + 1;
constexpr model::decay_config slow{.rate = .4}, fast{.rate = 2.5};

template <class Model>
heap<typename Model::template weights<double>> random_weights(const char* name, double scale = .4) {
  auto w = make_heap<typename Model::template weights<double>>();
  for_each_tensor(*w, [&](const std::string& tensor, auto& t) { fill(t.values(), tensor + name, scale); });
  for (auto* matrix : {&w->W_B, &w->W_C})
    for (int c = 0; c < Model::width; ++c)
      std::fill(matrix->data + c * Model::stride + Model::inner, matrix->data + (c + 1) * Model::stride, 0.);
  return w;
}

/// Tokens of a prompt, the query's y being 0.
std::vector<double> tokens(int points, const std::string& name) {
  auto p = numbers<double>(name, static_cast<std::size_t>(points) * width);
  p.back() = 0;
  return p;
}

/// The greatest relative difference between recurrence and closed form over some random weights and prompts.
template <int Points, model::decay_config Decay, kernel::discretisation Rule, class Backend, int Inner = width>
double recurrence_against_closed_form() {
  using form = model::one_layer<model::mamba_attention<Decay>, d, Inner>;
  using scan = model::one_layer_scan<d, Inner, Decay, Rule, Backend>;
  double worst_of_all = 0;
  for (int k = 0; k < 10; ++k) {
    const auto w = random_weights<form>(std::to_string(k).c_str(), .3 + .1 * k);
    const auto p = tokens(Points, "prompt" + std::to_string(k));
    const double F = form::template output<Points>(*w, p.data());
    const double h = scan::output(on<Backend>(), *w, p.data(), Points);
    worst_of_all = std::max(worst_of_all, std::abs(F - h) / std::max(1., std::abs(F)));
  }
  return worst_of_all;
}

template <class Attention, int Points> void gradient_is_right() {
  using form = model::one_layer<Attention, d, 6>;
  const auto w = random_weights<form>("slopes");
  const auto dw = make_heap<typename form::template weights<double>>();
  const auto p = tokens(Points, "slopes");
  const double F = form::template gradient<Points>(*w, p.data(), .7, *dw);
  BOOST_TEST(F == (form::template output<Points>(*w, p.data())));
  const auto loss = [&] { return .7 * form::template output<Points>(*w, p.data()); };
  const auto check = [&](auto& t, auto& g) {
    std::vector<double> expected, found;
    for (int i = 0; i < t.size; ++i) {
      if (t.rank == 2 && i % form::stride >= form::inner) {
        BOOST_TEST(g[i] == 0);  // padding
        continue;
      }
      expected.push_back(slope(t[i], loss));
      found.push_back(g[i]);
    }
    BOOST_TEST(worst(found, expected) <= slope_tolerance, Attention::name << ", " << Points << " tokens");
  };
  check(w->W_B, dw->W_B), check(w->W_C, dw->W_C), check(w->w, dw->w);
}

template <class Attention> void gradients_are_right() {
  gradient_is_right<Attention, 1>();
  gradient_is_right<Attention, 2>();
  gradient_is_right<Attention, 6>();
}

constexpr task::outlier_classification_config sizes{
    .dimensions = d, .relevant = 3, .irrelevant = 2, .outliers = 2, .examples = 4};
using prompts_task = task::outlier_classification<sizes>;
namespace outlier = task::outlier;

/// Outputs and gradients through atoms are those of dense tokens, for patterns of any kind.
template <class Attention, class T> void atoms_agree(const prompts_task::patterns<T>& patterns, double query_outliers) {
  using form = model::one_layer<Attention, d>;
  using atoms = kernel::one_layer_atoms<form, T, prompts_task::patterns<T>, prompts_task::points>;
  const auto exact = random_weights<form>("atoms", .2);
  const auto w = make_heap<typename form::template weights<T>>(), dw = make_heap<typename form::template weights<T>>();
  const auto plain = make_heap<typename form::template weights<double>>();
  std::ranges::copy(flat<double>(*exact), flat<T>(*w).begin());
  const auto t = make_heap<typename atoms::tables>();
  const auto sums = make_heap<typename atoms::gradients>();
  const auto block = make_heap<typename atoms::block>();
  typename prompts_task::template prompts<T, simd::lanes<T>> p;
  outlier::drawing drawing{
      .outliers = .4, .irrelevant_scale = .5, .outlier_scale = 2, .query_outliers = query_outliers};
  prompts_task::sample(draw{3, stream("atoms"), 0}, 0, drawing, p);
  atoms::make(*w, patterns, *t);
  const auto F = atoms::forward(*t, p, *block);
  std::vector<T> dF(simd::lanes<T>), outputs(simd::lanes<T>);
  std::vector<double> expected;
  fill(std::span(dF), "dF");
  simd::store(outputs.data(), F);
  atoms::backward(p, *block, simd::load(dF.data()), *sums);
  atoms::finish(*t, patterns, *sums, *dw);
  for (int l = 0; l < simd::lanes<T>; ++l) {
    double row[prompts_task::points * width];
    for (int i = 0; i < prompts_task::points; ++i) p.write_token(patterns, i, row + i * width, l);
    expected.push_back(
        form::template gradient<prompts_task::points>(*exact, row, double(dF[static_cast<std::size_t>(l)]), *plain));
  }
  // Sums of prompts, tables and images in T, the processor's quick exponentials among them.
  constexpr double bound = 8 * tolerance<T>;
  BOOST_TEST(worst(outputs, expected) <= bound, Attention::name);
  for (int i = 0; i < 2; ++i) {
    const auto& found = i == 0 ? dw->W_B : dw->W_C;
    const auto& wanted = i == 0 ? plain->W_B : plain->W_C;
    BOOST_TEST(worst(found.values(), wanted.values()) <= bound, Attention::name);
  }
  BOOST_TEST(worst(dw->w.values(), plain->w.values()) <= bound, Attention::name);
}

template <class T> void all_atoms_agree() {
  using patterns = prompts_task::patterns<T>;
  patterns turned;
  turned.rotate({8, 8, 0});
  patterns oblique(outlier::geometry{.overlap = .5});
  const double lambda[2][2] = {{.7, -.2}, {.1, 1.1}};
  for (const auto& p : {patterns(), turned, oblique, oblique.with_outliers(lambda)})
    for (const double query : {0., .5}) {
      atoms_agree<model::mamba_attention<>, T>(p, query);
      atoms_agree<model::mamba_attention<fast>, T>(p, query);
      atoms_agree<model::linear_attention_weights, T>(p, query);
      atoms_agree<model::softmax_attention, T>(p, query);
      atoms_agree<model::gated_linear_attention<>, T>(p, query);
    }
}

}  // namespace

// Equation 3: with exact zero-order hold the recurrence is the closed form, with Euler's rule it is not.
BOOST_AUTO_TEST_CASE(the_recurrence_is_the_closed_form) {
  constexpr auto exact = kernel::discretisation::zero_order_hold, euler = kernel::discretisation::euler;
  constexpr model::decay_config one{};
  using reference = backend::reference;
  BOOST_TEST((recurrence_against_closed_form<1, one, exact, reference>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<2, one, exact, reference>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, one, exact, reference>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, slow, exact, reference>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, fast, exact, reference>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, one, exact, reference, 3>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, one, exact, backend::cpu>()) < 1e-12);
  BOOST_TEST((recurrence_against_closed_form<21, one, euler, reference>()) > 1e-2);
}

BOOST_AUTO_TEST_CASE(gradients_against_central_differences) {
  gradients_are_right<model::mamba_attention<>>();
  gradients_are_right<model::mamba_attention<slow>>();
  gradients_are_right<model::mamba_attention<fast>>();
  gradients_are_right<model::linear_attention_weights>();
  gradients_are_right<model::softmax_attention>();
  gradients_are_right<model::gated_linear_attention<>>();
  gradients_are_right<model::gated_linear_attention<model::gated_linear_config{.temperature = 1}>>();
}

BOOST_AUTO_TEST_CASE(atoms_in_float) { all_atoms_agree<float>(); }
BOOST_AUTO_TEST_CASE(atoms_in_double) { all_atoms_agree<double>(); }

BOOST_AUTO_TEST_CASE(weights_of_examples) {
  constexpr int points = 6;
  const auto s = numbers<double>("s", points), a = numbers<double>("a", points);
  double G[points];
  model::mamba_attention<>::weights<double, points>(s.data(), a.data(), G);
  const auto sigma = [&](int i) { return 1 / (1 + std::exp(-a[static_cast<std::size_t>(i)])); };
  for (int i = 0; i < points - 1; ++i) {
    double expected = sigma(i);
    for (int j = i + 1; j < points; ++j) expected *= 1 - sigma(j);
    BOOST_TEST(std::abs(G[i] - expected) < 1e-15);
  }
  model::gated_linear_attention<>::weights<double, points>(s.data(), a.data(), G);
  for (int i = 0; i < points - 1; ++i) {
    double expected = 1;
    for (int j = i + 1; j < points; ++j) expected *= std::pow(sigma(j), 1. / 16);
    BOOST_TEST(std::abs(G[i] - expected) < 1e-15);
  }
  model::softmax_attention::weights<double, points>(s.data(), a.data(), G);
  double all = 0;
  for (int i = 0; i < points; ++i) all += std::exp(s[static_cast<std::size_t>(i)]);
  for (int i = 0; i < points; ++i) BOOST_TEST(std::abs(G[i] - std::exp(s[static_cast<std::size_t>(i)]) / all) < 1e-15);
}

BOOST_AUTO_TEST_CASE(first_weights) {
  using form = model::one_layer<model::mamba_attention<>, 30>;
  const auto w = make_heap<form::weights<double>>();
  double squares = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    form::initialise(*w, seed, .2);
    for (int c = 0; c < form::width; ++c)
      for (int m = 0; m < form::stride; ++m) BOOST_TEST((w->W_B[c * form::stride + m] == (c == m && c < 30 ? .2 : 0)));
    BOOST_TEST(std::ranges::equal(w->W_B.values(), w->W_C.values()));
    for (const double x : w->w.values()) squares += x * x;
  }
  BOOST_TEST(std::abs(squares / 200 - 1) < 5 * std::sqrt(2. / 31 / 200));
}
