// tests/optim/optimizers.hpp: an optimiser policy on the oracles of PyTorch's, as the trainer calls it.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/kernel/decay.hpp>
#include <span>
#include <string>
#include <vector>

#include "../oracle.hpp"
#include "../testing.hpp"

namespace krait::testing {

/// Parameters after `steps` steps; moments begin as zeros. Gradients are scaled as by clip_grad_norm_.
template <class Optimizer, class Backend, class T> struct walk {
  std::vector<T> parameters;
  std::vector<T> moments[Optimizer::moments];
  kernel::decay_mask reached = nullptr;

  explicit walk(const std::vector<double>& start) : parameters(start.begin(), start.end()) {
    for (auto& m : moments) m.resize(start.size());
  }
  void step(const std::vector<double>& gradient, double rate, long number, double scale) {
    const std::vector<T> g(gradient.begin(), gradient.end());
    std::span<T> moment[Optimizer::moments];
    for (int i = 0; i < Optimizer::moments; ++i) moment[i] = moments[i];
    Optimizer::step(on<Backend>(), std::span<T>(parameters), std::span<const T>(g), moment, rate, number, scale,
                    reached);
  }
};

/// Five steps at the policy's own rate and clip norm give PyTorch's parameters; `last` names the moments at the end.
template <class Optimizer, class Backend, class T>
void policy_agrees_with_pytorch(const std::string& file, std::vector<std::string> last,
                                kernel::decay_mask reached = nullptr) {
  const oracle o(file);
  BOOST_REQUIRE(o["lr"][0] == Optimizer::lr);
  BOOST_REQUIRE(o["clip"][0] == Optimizer::clip_norm);
  const auto gradients = o["gradients"], norms = o["norms"], expected = o["parameters"];
  const std::size_t n = o["start"].size();
  walk<Optimizer, Backend, T> w(o["start"]);
  w.reached = reached;
  for (std::size_t step = 0; step < norms.size(); ++step) {
    const auto part = [&](const std::vector<double>& all) {
      return std::vector<double>(all.begin() + static_cast<long>(n * step),
                                 all.begin() + static_cast<long>(n * step + n));
    };
    w.step(part(gradients), Optimizer::lr, static_cast<long>(step) + 1,
           std::min(1., Optimizer::clip_norm / (norms[step] + 1e-6)));
    BOOST_TEST(worst(w.parameters, part(expected)) <= tolerance<T>);
  }
  for (std::size_t i = 0; i < last.size(); ++i) BOOST_TEST(worst(w.moments[i], o[last[i]]) <= tolerance<T>);
}

}  // namespace krait::testing
