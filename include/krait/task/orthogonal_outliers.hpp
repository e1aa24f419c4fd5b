// krait/task/orthogonal_outliers.hpp: linear regression where some points are replaced by others that tell nothing of
// w. Park et al. 2024 (arXiv:2402.04248), section 4 and released code.
//
//  position   1    2    3    4    5    6   ...   2n-1  2n      x, w: N(0, I_d)   y = <w, x>   with probability p
//  token      x1   y1   a    b    x3   y3  ...   xn    yn      a point is replaced, here the 2nd: a, b in span{u, v}
//                                                              loss at every x that stayed: predict the y that follows
#pragma once
#include <krait/core/variant.hpp>
#include <krait/task/linear_regression.hpp>

namespace krait::task {

struct orthogonal_outliers_config {
  int dimensions = 20;  // d, at least 3
  int points = 101;     // examples a prompt
  double share = .5;    // p
  variant as = variant::as_described;
};

/// As described: u, v are orthogonal to w and to each other, and every outlier has coefficients of its own,
/// (g u + h v) / (g^2 + h^2) with g, h: N(0, 1), for x as for y. As released: one x and one y serve all outliers of a
/// prompt; each is made with a fresh w, so that it is not orthogonal to the prompt's; and h is divided by the sum of
/// squares that has the new g. Outliers fill all d coordinates whatever the curriculum. The y of an outlier is a
/// vector, of which `sample` hands baselines the first coordinate.
template <orthogonal_outliers_config C = orthogonal_outliers_config{}> struct orthogonal_outliers {
  static_assert(C.dimensions >= 3, "orthogonal_outliers: w, u and v need three dimensions at least");
  static_assert(C.points > 0, "orthogonal_outliers: points must be positive");
  static_assert(C.share >= 0 && C.share < 1,
                "orthogonal_outliers: the share of outliers must be at least 0 and below 1");
  using clean = linear_regression<linear_regression_config{.dimensions = C.dimensions, .points = C.points}>;
  static constexpr std::string_view name = "orthogonal_outliers";
  static constexpr int dimensions = C.dimensions, points = C.points;
  static constexpr int inputs = dimensions, outputs = 1, tokens = 2 * points;

  static int length(extent e) { return 2 * e.points; }
  static constexpr int question(int token) { return token / 2; }
  static double weight(draw at, std::uint64_t prompt, extent e) {
    int stayed = 0;
    for (int i = 0; i < e.points; ++i) stayed += asked(at, prompt, e, i);
    return stayed;
  }
  /// Points that stayed are asked.
  KRAIT_HOST_DEVICE static bool asked(draw at, std::uint64_t prompt, extent, int i) {
    return uniform(at.with_index(prompt).within(i)) >= C.share;
  }

  KRAIT_HOST_DEVICE static void sample(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
    clean::sample(at, prompt, e, x, y);
    plane planes[2];
    draw_planes(at, prompt, planes);
    for (int i = 0; i < e.points; ++i) {
      if (asked(at, prompt, e, i)) continue;
      float answer[dimensions];
      outlier(at, prompt, planes[0], i, 0, x + i * dimensions);
      outlier(at, prompt, planes[1], i, 1, answer);
      y[i] = answer[0];
    }
  }
  KRAIT_HOST_DEVICE static void write(draw at, std::uint64_t prompt, extent e, rows<float, inputs> x,
                                      rows<float, outputs> target, float* weight) {
    float xs[points * dimensions], ys[points];
    clean::sample(at, prompt, e, xs, ys);
    plane planes[2];
    draw_planes(at, prompt, planes);
    for (int i = 0; i < e.points; ++i) {
      const int t = 2 * i;
      const bool stays = asked(at, prompt, e, i);
      weight[t] = stays, weight[t + 1] = 0;
      target[t][0] = stays ? ys[i] : 0;
      target[t + 1][0] = 0;
      if (stays) {
        for (int c = 0; c < dimensions; ++c) {
          x[t][c] = xs[i * dimensions + c];
          x[t + 1][c] = c == 0 ? ys[i] : 0;
        }
      } else {
        outlier(at, prompt, planes[0], i, 0, x[t]);
        outlier(at, prompt, planes[1], i, 1, x[t + 1]);
      }
    }
  }

 private:
  struct plane {
    float u[dimensions], v[dimensions];
  };
  /// Numbers of an outlier: after those that say which points stay.
  KRAIT_HOST_DEVICE static prompt_numbers numbers(draw at, std::uint64_t prompt) {
    return {at.with_index(prompt).within(0), points};
  }
  KRAIT_HOST_DEVICE static void remove(const float* along, float* from) {
    const double factor = dot(along, from, dimensions) / dot(along, along, dimensions);
    for (int c = 0; c < dimensions; ++c) {
      const auto part = static_cast<float>(factor * along[c]);
      from[c] -= part;
    }
  }
  /// Of x and of y: as described one and the same, orthogonal to the prompt's w.
  KRAIT_HOST_DEVICE static void draw_planes(draw at, std::uint64_t prompt, plane (&planes)[2]) {
    constexpr bool released = C.as == variant::as_released;
    for (int which = 0; which < 2; ++which) {
      const prompt_numbers mine = numbers(at, prompt).after(4 * points + (released ? which : 0) * 3 * dimensions);
      float w[dimensions];
      if constexpr (!released) {
        constexpr auto room = static_cast<std::uint64_t>(dimensions) * (points + 1);
        typename clean::function f;
        clean::draw_function(prompt_numbers::of(at, prompt, room).after(points * dimensions), {}, f);
        for (int c = 0; c < dimensions; ++c) w[c] = f.w[c];
      } else {
        for (int c = 0; c < dimensions; ++c) w[c] = mine.normal(2 * dimensions + c);
      }
      plane& to = planes[which];
      for (int c = 0; c < dimensions; ++c) to.u[c] = mine.normal(c), to.v[c] = mine.normal(dimensions + c);
      remove(w, to.u);
      remove(w, to.v);
      remove(to.u, to.v);
    }
  }
  /// which: 0 for x, 1 for y.
  KRAIT_HOST_DEVICE static void outlier(draw at, std::uint64_t prompt, const plane& in, int i, int which, float* to) {
    constexpr bool released = C.as == variant::as_released;
    const prompt_numbers mine = numbers(at, prompt).after((released ? 0 : 4 * i) + 2 * which);
    const double g = mine.normal(0), h = mine.normal(1), squares = g * g + h * h;
    const auto along_u = static_cast<float>(g / squares);
    const double divisor = released ? static_cast<double>(along_u) * along_u + h * h : squares;
    const auto along_v = static_cast<float>(h / divisor);
    for (int c = 0; c < dimensions; ++c)
      to[c] = static_cast<float>(static_cast<double>(along_u) * in.u[c] + static_cast<double>(along_v) * in.v[c]);
  }
};
static_assert(prompt_task<orthogonal_outliers<>> && sequence_task<orthogonal_outliers<>>);

}  // namespace krait::task
