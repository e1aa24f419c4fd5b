// krait/task/labelled_points.hpp: fixed points with fixed labels, shown in contexts with some labels flipped: an answer
// can be known by heart, or be looked up. "On the Importance of Gating", section 2.
//
//  context   (x_1, y_1) .. (x_i, y_i) .. (x_l, y_l)   query x_i      x: P fixed points of N(0, I / d)
//            y: the point's label -1 or 1, flipped with probability epsilon     answer: y_i, as it stands there
#pragma once
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/task/numbers.hpp>
#include <vector>

namespace krait::task {

/// Dimensions: d of x.
template <int Dimensions> class labelled_points {
  static_assert(Dimensions >= 1, "labelled_points: the dimensions d of x must be at least 1");

 public:
  static constexpr int dimensions = Dimensions, most_examples = 1024;

  /// P points with their labels, of (seed, stream).
  labelled_points(draw of, int count)
      : count_(count), x_(static_cast<std::size_t>(count) * Dimensions), label_(static_cast<std::size_t>(count)) {
    const double deviation = 1 / std::sqrt(double(Dimensions));
    const prompt_numbers numbers{of};
    numbers.normals(0, count * Dimensions, x_.data());
    for (float& one : x_) one = static_cast<float>(deviation * one);
    for (int p = 0; p < count; ++p)
      label_[static_cast<std::size_t>(p)] = numbers.below(count * Dimensions + p, 2) ? 1 : -1;
  }
  int count() const { return count_; }
  const float* x(int point) const { return x_.data() + static_cast<std::ptrdiff_t>(point) * Dimensions; }
  int label(int point) const { return label_[static_cast<std::size_t>(point)]; }

  /// A context: the points in it and what is said of each, the query, and the example that equals it.
  struct prompt {
    std::vector<int> point, said;
    int query = 0, at = 0;
    int answer() const { return said[static_cast<std::size_t>(at)]; }
  };
  /// Prompt number `number` of (seed, stream): `examples` different points, of which the one `lag` places before the
  /// query (1: the last) is asked for. examples <= count, 1 <= lag <= examples.
  void sample(draw from, std::uint64_t number, int examples, int lag, double flipped, prompt& to) const {
    const auto own = prompt_numbers::of(from, number, 3 * most_examples);
    to.point.resize(static_cast<std::size_t>(examples)), to.said.resize(static_cast<std::size_t>(examples));
    choose(own, count_, examples, to.point.data());
    for (int t = 0; t < examples; ++t) {
      const auto at = static_cast<std::size_t>(t);
      to.said[at] = own.uniform(2 * examples + t) < flipped ? -label(to.point[at]) : label(to.point[at]);
    }
    to.at = examples - lag;
    to.query = to.point[static_cast<std::size_t>(to.at)];
  }

 private:
  int count_;
  std::vector<float> x_;
  std::vector<signed char> label_;
};

}  // namespace krait::task
