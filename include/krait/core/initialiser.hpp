// krait/core/initialiser.hpp: first values of weights. Each tensor draws from a stream of its own, in the order of the
// model.
#pragma once
#include <cmath>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/tensor.hpp>

namespace krait {

/// Passed through a model's layers by `initialise(weights, initialiser&)`; the same seed gives the same weights.
class initialiser {
 public:
  explicit initialiser(std::uint64_t seed) : seed_(seed) {}

  /// Residual branches in the stack under way: what the last layer of a branch may be scaled down by. Set by `repeat`.
  int depth = 1;

  template <class T, int... E> void constant(tensor<T, E...>& t, double value) {
    for (T& x : t.values()) x = static_cast<T>(value);
  }
  /// Uniform in [low, high).
  template <class T, int... E> void uniform(tensor<T, E...>& t, double low, double high) {
    each(t, [&](draw at) { return low + (high - low) * krait::uniform(at); });
  }
  template <class T, int... E> void normal(tensor<T, E...>& t, double deviation) {
    each(t, [&](draw at) { return deviation * krait::normal(at); });
  }
  /// PyTorch's default for a layer with `inputs` inputs: kaiming_uniform with a = sqrt(5), that is U(-1, 1) /
  /// sqrt(inputs).
  template <class T, int... E> void fan_in(tensor<T, E...>& t, int inputs, double scale = 1) {
    const double bound = scale / std::sqrt(inputs);
    uniform(t, -bound, bound);
  }
  /// t[i] = f(i, address of a random number).
  template <class T, int... E, class F> void each_index(tensor<T, E...>& t, F&& f) {
    const draw at{seed_, stream("weights") + tensor_++, 0};
    for (int i = 0; i < t.size; ++i) t[i] = static_cast<T>(f(i, at.with_index(static_cast<std::uint64_t>(i))));
  }

 private:
  template <class T, int... E, class F> void each(tensor<T, E...>& t, F&& f) {
    each_index(t, [&](int, draw at) { return f(at); });
  }
  std::uint64_t seed_;
  std::uint32_t tensor_ = 0;
};

}  // namespace krait
