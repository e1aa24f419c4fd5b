// krait/task/baseline/two_layer_network.hpp: a network of one hidden layer, trained on a prompt's examples alone. Garg
// et al. 2022 (arXiv:2208.01066), section 5; published: 100 units, Adam with rate 5e-3, 100 steps.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>
#include <string_view>
#include <vector>

namespace krait::task::baseline {

struct two_layer_network_config {
  int hidden = 100;
  int steps = 100;
  int batch = 100;  // examples a step, others each time where there are more
  double rate = 5e-3;
  std::uint64_t seed = 0;
};

/// y = <w2, max(0, W1 x + b1)> + b2, on the mean squared error, by Adam (Kingma & Ba 2015) with its usual settings. For
/// every prefix anew, from weights U(-1, 1) / sqrt(inputs) that are drawn at an address made of the examples, so that
/// neither threads nor the order of prompts change an answer. No examples: 0. T: the arithmetic.
template <two_layer_network_config C = two_layer_network_config{}, class T = float> class two_layer_network {
  static_assert(C.hidden > 0 && C.steps >= 0 && C.batch > 0 && C.rate > 0,
                "baseline::two_layer_network: hidden units, batch and rate must be positive, steps not negative");
  static constexpr int lanes = 16, H = round_up(C.hidden, lanes);  // units beyond `hidden` stay 0

 public:
  static constexpr std::string_view name = "two-layer network";

  template <class Scalar> static double predict(const Scalar* x, const Scalar* y, int examples, int dimensions) {
    if (examples == 0) return 0;
    two_layer_network now(dimensions);
    now.initialise(draw_of(x, y, examples, dimensions));
    now.train(x, y, examples, draw_of(y, x, examples, 1));
    return now.answer(x + static_cast<long>(examples) * dimensions);
  }

  explicit two_layer_network(int dimensions)
      : d_(dimensions), weights_(size()), gradient_(size()), mean_(size()), square_(size()) {}

  /// W1 (hidden, dimensions), b1 (hidden), w2 (hidden), b2.
  void set(const double* w1, const double* b1, const double* w2, double b2) {
    for (int j = 0; j < C.hidden; ++j) {
      for (int c = 0; c < d_; ++c) row(weights_, c)[j] = static_cast<T>(w1[j * d_ + c]);
      row(weights_, d_)[j] = static_cast<T>(b1[j]);
      row(weights_, d_ + 1)[j] = static_cast<T>(w2[j]);
    }
    weights_.back() = static_cast<T>(b2);
  }
  template <class Scalar> void train(const Scalar* x, const Scalar* y, int examples, draw at) {
    const int batch = examples < C.batch ? examples : C.batch;
    std::vector<int> chosen(static_cast<std::size_t>(batch));
    for (int i = 0; i < batch; ++i) chosen[static_cast<std::size_t>(i)] = i;
    double beta1 = 1, beta2 = 1;
    for (int step = 0; step < C.steps; ++step) {
      if (batch < examples)
        choose({at, static_cast<std::uint64_t>(step) * 2 * C.batch}, examples, batch, chosen.data());
      gradient_.assign(size(), T(0));
      for (const int i : chosen) add_gradient(x + static_cast<long>(i) * d_, static_cast<T>(y[i]), T(2) / batch);
      move(beta1 *= .9, beta2 *= .999);
    }
  }
  template <class Scalar> double answer(const Scalar* x) const {
    T hidden[H];
    return forward(x, hidden);
  }

 private:
  /// Rows of H: W1 by coordinate, b1, w2; then b2.
  std::size_t size() const { return static_cast<std::size_t>(d_ + 2) * H + 1; }
  static T* row(std::vector<T>& of, int r) { return of.data() + static_cast<std::size_t>(r) * H; }
  static const T* row(const std::vector<T>& of, int r) { return of.data() + static_cast<std::size_t>(r) * H; }

  template <class Scalar> static draw draw_of(const Scalar* first, const Scalar* second, int examples, int width) {
    std::uint64_t hash = 14695981039346656037u;  // FNV-1a over the numbers as floats
    const auto add = [&](Scalar v) {
      hash = (hash ^ std::bit_cast<std::uint32_t>(static_cast<float>(v))) * 1099511628211u;
    };
    for (int i = 0; i < examples * width; ++i) add(first[i]);
    for (int i = 0; i < examples; ++i) add(second[i]);
    return {hash ^ C.seed, stream("two-layer network"), 0};
  }
  void initialise(draw at) {
    const prompt_numbers numbers{at, 0};
    const double of_inputs = 1 / std::sqrt(d_), of_hidden = 1 / std::sqrt(C.hidden);
    int k = 0;
    const auto next = [&](double size) { return static_cast<T>(size * (2 * numbers.uniform(k++) - 1)); };
    for (int r = 0; r < d_ + 2; ++r)
      for (int j = 0; j < C.hidden; ++j) row(weights_, r)[j] = next(r <= d_ ? of_inputs : of_hidden);
    weights_.back() = next(of_hidden);
  }

  template <class Scalar> T forward(const Scalar* x, T* hidden) const {
    const T *b1 = row(weights_, d_), *w2 = row(weights_, d_ + 1);
    for (int j = 0; j < H; ++j) hidden[j] = b1[j];
    for (int c = 0; c < d_; ++c) {
      const T* w1 = row(weights_, c);
      const T input = static_cast<T>(x[c]);
      for (int j = 0; j < H; ++j) hidden[j] += w1[j] * input;
    }
    T sums[lanes] = {};
    for (int j = 0; j < H; j += lanes)
      for (int k = 0; k < lanes; ++k) {
        hidden[j + k] = hidden[j + k] > 0 ? hidden[j + k] : T(0);
        sums[k] += w2[j + k] * hidden[j + k];
      }
    T sum = weights_.back();
    for (int k = 0; k < lanes; ++k) sum += sums[k];
    return sum;
  }
  template <class Scalar> void add_gradient(const Scalar* x, T y, T scale) {
    T hidden[H];
    const T slope = scale * (forward(x, hidden) - y);
    const T* w2 = row(weights_, d_ + 1);
    T *db1 = row(gradient_, d_), *dw2 = row(gradient_, d_ + 1);
    for (int j = 0; j < H; ++j) {
      dw2[j] += slope * hidden[j];
      hidden[j] = hidden[j] > 0 ? slope * w2[j] : T(0);
      db1[j] += hidden[j];
    }
    for (int c = 0; c < d_; ++c) {
      T* dw1 = row(gradient_, c);
      const T input = static_cast<T>(x[c]);
      for (int j = 0; j < H; ++j) dw1[j] += hidden[j] * input;
    }
    gradient_.back() += slope;
  }
  /// powers: of the decays .9 and .999 after this step.
  void move(double power1, double power2) {
    const T rate = static_cast<T>(C.rate / (1 - power1)), correct = static_cast<T>(1 / std::sqrt(1 - power2));
    T *w = weights_.data(), *m = mean_.data(), *s = square_.data();
    const T* g = gradient_.data();
    for (std::size_t i = 0; i < size(); ++i) {
      m[i] = T(.9) * m[i] + T(.1) * g[i];
      s[i] = T(.999) * s[i] + T(.001) * g[i] * g[i];
      w[i] -= rate * m[i] / (std::sqrt(s[i]) * correct + T(1e-8));
    }
  }

  int d_;
  std::vector<T> weights_, gradient_, mean_, square_;
};
static_assert(prompt_baseline<two_layer_network<>>);

}  // namespace krait::task::baseline
