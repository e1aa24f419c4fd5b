// gradient.cpp: the layer's gradients against central differences, with krait's reference backend; 1 where they differ.
#include <cmath>
#include <cstdio>
#include <krait/backend/reference.hpp>
#include <krait/core/aligned.hpp>

#include "leaky_integrator.hpp"
using namespace krait;

int main() {
  constexpr capacity cap{2, 9};
  constexpr sequences of{2, 9};
  using layer_type = leaky_integrator<5>;
  auto w = make_heap<layer_type::weights<double>>(), dw = make_heap<layer_type::weights<double>>();
  auto saved = make_heap<layer_type::saved<double, cap>>();
  auto x = make_heap<activations<double, cap, 5>>(), y = make_heap<activations<double, cap, 5>>();
  auto dy = make_heap<activations<double, cap, 5>>(), dx = make_heap<activations<double, cap, 5>>();
  initialiser at(1);
  layer_type::initialise(*w, at);
  for (int t = 0; t < of.tokens(); ++t)
    for (int c = 0; c < 5; ++c) {
      x->of(of)[t][c] = normal({1, 1, static_cast<std::uint64_t>(t * 5 + c)});
      dy->of(of)[t][c] = normal({1, 2, static_cast<std::uint64_t>(t * 5 + c)});
    }
  backend::reference on;
  const rows<const double, 5> in = x->of(of);
  const auto loss = [&] {
    layer_type::forward(on, *w, in, y->of(of), *saved);
    double sum = 0;
    for (int t = 0; t < of.tokens(); ++t)
      for (int c = 0; c < 5; ++c) sum += y->of(of)[t][c] * dy->of(of)[t][c];
    return sum;
  };
  loss();
  layer_type::backward(on, *w, in, *saved, rows<const double, 5>(dy->of(of)), dx->of(of), *dw);
  double worst = 0;
  const auto compare = [&](double& value, double gradient) {
    const double was = value, h = 1e-6;
    value = was + h;
    const double up = loss();
    value = was - h;
    const double down = loss();
    value = was;
    worst = std::max(worst, std::abs((up - down) / (2 * h) - gradient));
  };
  for (int c = 0; c < 5; ++c) compare(w->decay[c], dw->decay[c]);
  for (int t = 0; t < of.tokens(); ++t)
    for (int c = 0; c < 5; ++c) compare(x->of(of)[t][c], dx->of(of)[t][c]);
  std::printf("largest difference of a gradient: %.1e\n", worst);
  return worst < 1e-7 ? 0 : 1;
}
