// gradient.cpp: the layer against central differences and its own steps, with krait's reference backend in double; 1
// where they differ.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <krait/backend/reference.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/random.hpp>
#include <utility>

#include "leaky_integrator.hpp"
using namespace krait;

constexpr int width = 5, count = 2, length = 9;
constexpr capacity cap{count, length};
using layer_type = leaky_integrator<width>;
using values = activations<double, cap, width>;
using input = rows<const double, width>;

/// A batch of normal numbers with weights as they are initialised.
struct batch {
  sequences of;
  backend::reference on = {};
  heap<layer_type::weights<double>> w = make_heap<layer_type::weights<double>>(),
                                    dw = make_heap<layer_type::weights<double>>();
  heap<layer_type::saved<double, cap>> saved = make_heap<layer_type::saved<double, cap>>();
  heap<values> x = make_heap<values>(), y = make_heap<values>(), dy = make_heap<values>(), dx = make_heap<values>();

  explicit batch(sequences s) : of(s) {
    initialiser at(1);
    layer_type::initialise(*w, at);
    for (int t = 0; t < of.tokens(); ++t)
      for (int c = 0; c < width; ++c) {
        const auto place = static_cast<std::uint64_t>(t * width + c);
        x->of(of)[t][c] = normal({1, 1, place});
        dy->of(of)[t][c] = normal({1, 2, place});
      }
  }
  void forward() { layer_type::forward(on, std::as_const(*w), input(x->of(of)), y->of(of), *saved); }
  void backward() {
    layer_type::backward(on, std::as_const(*w), input(x->of(of)), std::as_const(*saved), input(dy->of(of)), dx->of(of),
                         *dw);
  }
  /// What dy are the gradients of.
  double loss() {
    forward();
    double sum = 0;
    for (int t = 0; t < of.tokens(); ++t)
      for (int c = 0; c < width; ++c) sum += y->of(of)[t][c] * dy->of(of)[t][c];
    return sum;
  }
};

/// The larger difference; a NaN stays.
double worse(double worst, double difference) { return std::isnan(worst) || difference <= worst ? worst : difference; }

double worst_gradient(sequences of) {
  batch b(of);
  b.forward();
  b.backward();
  double worst = 0;
  const auto compare = [&](double& value, double gradient) {
    const double was = value, h = 1e-5;
    value = was + h;
    const double up = b.loss();
    value = was - h;
    const double down = b.loss();
    value = was;
    worst = worse(worst, std::abs((up - down) / (2 * h) - gradient));
  };
  for (int c = 0; c < width; ++c) compare(b.w->decay[c], b.dw->decay[c]);
  for (int t = 0; t < of.tokens(); ++t)
    for (int c = 0; c < width; ++c) compare(b.x->of(of)[t][c], b.dx->of(of)[t][c]);
  return worst;
}

/// Token after token against forward over all of them.
double worst_step() {
  batch b({count, length});
  b.forward();
  const auto state = make_heap<layer_type::state<double, cap>>();
  const auto x = make_heap<values>(), y = make_heap<values>();
  double worst = 0;
  for (int t = 0; t < length; ++t) {
    for (int s = 0; s < count; ++s) std::copy_n(b.x->of(b.of)[s * length + t], width, x->of({count, 1})[s]);
    layer_type::step(b.on, std::as_const(*b.w), input(x->of({count, 1})), y->of({count, 1}), *state);
    for (int s = 0; s < count; ++s)
      for (int c = 0; c < width; ++c)
        worst = worse(worst, std::abs(y->of({count, 1})[s][c] - b.y->of(b.of)[s * length + t][c]));
  }
  return worst;
}

int main() {
  const std::uint8_t starts[count * length] = {1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0};
  const std::uint8_t keep[count * length] = {1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0};
  bool good = true;
  const auto check = [&](const char* what, double worst, double bound) {
    std::printf("%-40s %.1e\n", what, worst);
    good = good && worst <= bound;
  };
  check("gradients, differ by at most", worst_gradient({count, length}), 1e-8);
  check("gradients, packed texts", worst_gradient({count, length, starts}), 1e-8);
  check("gradients, masked tokens", worst_gradient({count, length, nullptr, keep}), 1e-8);
  check("gradients, both", worst_gradient({count, length, starts, keep}), 1e-8);
  check("steps against forward", worst_step(), 1e-14);
  return good ? 0 : 1;
}
