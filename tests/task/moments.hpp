// tests/task/moments.hpp: what tests of samplers share: moments with their sampling errors, and whole prompts.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <krait/task/task.hpp>
#include <vector>

namespace krait::testing {

struct moments {
  double n = 0, sum = 0, squares = 0;
  void add(double v) { ++n, sum += v, squares += v * v; }
  double mean() const { return sum / n; }
  double variance() const { return squares / n - mean() * mean(); }
  double error_of_mean() const { return std::sqrt(variance() / n); }
};

/// The mean is `expected` within five standard errors.
inline void mean_is(const moments& m, double expected, const char* what) {
  BOOST_TEST(std::abs(m.mean() - expected) < 5 * m.error_of_mean() + 1e-9,
             what << " is " << m.mean() << " +- " << m.error_of_mean() << ", expected " << expected);
}
/// `count` of `n` trials are about `share`.
inline void share_is(double count, double n, double share, const char* what) {
  BOOST_TEST(std::abs(count - n * share) <= 5 * std::sqrt(n * share * (1 - share)) + 1e-9,
             what << ": " << count << " of " << n << " are not about " << share);
}

inline constexpr draw of_tests{7, stream("a test of tasks"), 0};

template <class Task> constexpr task::extent whole() { return {Task::points, Task::dimensions}; }

/// One prompt of x and y.
template <class Task> struct drawn {
  static constexpr float untouched = -99;
  static constexpr int d = Task::dimensions;
  std::vector<float> x = std::vector<float>(static_cast<std::size_t>(Task::points) * d, untouched),
                     y = std::vector<float>(Task::points, untouched);
  explicit drawn(std::uint64_t number, task::extent e = whole<Task>(), draw from = of_tests) {
    Task::sample(from, number, e, x.data(), y.data());
  }
  const float* point(int i) const { return x.data() + static_cast<long>(i) * d; }
  template <class Baseline> double answer(int i) const { return Baseline::predict(x.data(), y.data(), i, d); }
};

/// Error / unit of a baseline after i examples, over prompts that ask it.
template <class Task, class Baseline> moments errors_of(int i, int prompts) {
  moments m;
  for (int k = 0; k < prompts; ++k) {
    const auto number = static_cast<std::uint64_t>(k);
    if (!task::is_asked<Task>(of_tests, number, whole<Task>(), i)) continue;
    const drawn<Task> p(number);
    m.add(task::error_of<Task>(p.template answer<Baseline>(i), p.y[static_cast<std::size_t>(i)]) /
          task::unit_of<Task>());
  }
  return m;
}

/// One prompt that a task writes token by token.
template <class Task> struct written {
  static constexpr int in = Task::inputs, out = Task::outputs;
  std::vector<float> x = std::vector<float>(static_cast<std::size_t>(Task::tokens) * row_stride(in), -99.f),
                     target = std::vector<float>(static_cast<std::size_t>(Task::tokens) * row_stride(out), -99.f),
                     weight = std::vector<float>(Task::tokens, -99.f);
  int length;
  explicit written(std::uint64_t number, task::extent e = whole<Task>(), draw from = of_tests)
      : length(Task::length(e)) {
    Task::write(from, number, e, rows<float, in>{x.data(), {1, length}}, rows<float, out>{target.data(), {1, length}},
                weight.data());
  }
  const float* token(int t) const { return x.data() + static_cast<long>(t) * row_stride(in); }
  const float* wanted(int t) const { return target.data() + static_cast<long>(t) * row_stride(out); }
};

/// One prompt of tokens of a vocabulary.
template <class Task> struct spelt {
  std::vector<std::int32_t> id = std::vector<std::int32_t>(Task::tokens, -99), target = id;
  std::vector<float> weight = std::vector<float>(Task::tokens, -99.f);
  explicit spelt(std::uint64_t number, draw from = of_tests) {
    Task::write(from, number, {Task::points, 1}, id.data(), target.data(), weight.data());
  }
};

}  // namespace krait::testing
