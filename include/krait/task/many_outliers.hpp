// krait/task/many_outliers.hpp: another task where most points of a prompt are replaced by one and the same. Park et
// al. 2024 (arXiv:2402.04248), section 4 and released code.
//
//  position   1    2    3    4    5    6   ...   2n-1  2n      a point is replaced with probability p, here the 2nd
//  token      x1   y1   1    (1)  x3   y3  ...   xn    yn      loss at every x that stayed: predict the y that follows
#pragma once
#include <krait/task/linear_regression.hpp>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

/// What stands at a replaced point.
enum class replacement {
  ones,         // x = (1, ..., 1), y = 1
  scaled_input  // x times `factor`, y as it was
};
/// Which points are replaced.
enum class outlier_places {
  random,   // each with probability p
  regular,  // all but every so many-th, for evaluations
  none      // for evaluations
};

struct many_outliers_config {
  double share = .9;  // p
  replacement by = replacement::ones;
  double factor = .01;  // of scaled inputs
  outlier_places places = outlier_places::random;
};

/// Published: linear regression with 512 points and p = .9. With replacement::ones a replaced x is 1 in all
/// coordinates, those too that a curriculum has not reached.
template <prompt_task Task = linear_regression<linear_regression_config{.points = 512}>,
          many_outliers_config C = many_outliers_config{}>
struct many_outliers {
  static_assert(C.share >= 0 && C.share < 1, "many_outliers: the share of outliers must be at least 0 and below 1");
  static_assert(!asks_some<Task>, "many_outliers: the task underneath must ask all its points");
  static constexpr std::string_view name = "many_outliers";
  static constexpr int dimensions = Task::dimensions, points = Task::points;
  static constexpr double unit = unit_of<Task>();
  static constexpr bool classifies = classifying<Task>;

  KRAIT_HOST_DEVICE static void sample(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
    Task::sample(at, prompt, e, x, y);
    for (int i = 0; i < e.points; ++i) y[i] = replaced(at, prompt, e, i, x + i * dimensions, y[i]);
  }
  KRAIT_HOST_DEVICE static float sample_point(draw at, std::uint64_t prompt, extent e, int i,
                                              float* x) requires device_task<Task> {
    const float y = Task::sample_point(at, prompt, e, i, x);
    return replaced(at, prompt, e, i, x, y);
  }
  /// Points that stayed are asked.
  KRAIT_HOST_DEVICE static bool asked(draw at, std::uint64_t prompt, extent, int i) {
    if (C.places == outlier_places::none || C.share == 0) return true;
    if (C.places == outlier_places::random) return uniform(at.with_index(prompt).within(i)) >= C.share;
    // the whole number of (i + 1) (1 - p) grows at every point that stays
    const double kept = 1 - C.share, rounding = 1e-9;
    return static_cast<int>((i + 1) * kept + rounding) > static_cast<int>(i * kept + rounding);
  }

 private:
  KRAIT_HOST_DEVICE static float replaced(draw at, std::uint64_t prompt, extent e, int i, float* x, float y) {
    if (asked(at, prompt, e, i)) return y;
    for (int c = 0; c < dimensions; ++c) x[c] = C.by == replacement::ones ? 1.f : static_cast<float>(C.factor * x[c]);
    return C.by == replacement::ones ? 1.f : y;
  }
};
static_assert(prompt_task<many_outliers<>> && asks_some<many_outliers<>>);

}  // namespace krait::task
