// krait/task/inputs/subspace.hpp: x whose covariance is not I, in random directions, for evaluations. Garg et al. 2022
// (arXiv:2208.01066), section 4.2. E |x|^2 stays d.
#pragma once
#include <cmath>
#include <krait/task/numbers.hpp>
#include <string_view>

namespace krait::task::inputs {
namespace detail {
/// x = sum_k g_k s_k q_k, g ~ N(0, I): q orthonormal, drawn for each prompt; s from Spectrum::deviation(k, D), k <
/// Spectrum::rank(D).
template <class Spectrum, int D> struct along_directions {
  static constexpr int rank = Spectrum::rank(D);
  static constexpr int point_numbers = rank, frame_numbers = rank * D;
  float scaled_direction[rank][D];
  KRAIT_HOST_DEVICE void draw(const prompt_numbers& numbers) {
    float q[rank][D];
    for (int k = 0; k < rank; ++k) {
      for (int c = 0; c < D; ++c) q[k][c] = numbers.normal(k * D + c);
      for (int twice = 0; twice < 2; ++twice)  // (the second time removes what rounding left)
        for (int j = 0; j < k; ++j) {
          const double along = dot(q[j], q[k], D);
          for (int c = 0; c < D; ++c) {
            const auto part = static_cast<float>(along * q[j][c]);
            q[k][c] -= part;
          }
        }
      const double length = std::sqrt(dot(q[k], q[k], D));
      for (int c = 0; c < D; ++c) {
        q[k][c] = static_cast<float>(q[k][c] / length);
        scaled_direction[k][c] = static_cast<float>(Spectrum::deviation(k, D) * q[k][c]);
      }
    }
  }
  KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool, float* x) const {
    double sum[D] = {};
    for (int k = 0; k < rank; ++k) {
      const double g = numbers.normal(i * rank + k);
      for (int c = 0; c < used; ++c) sum[c] += g * scaled_direction[k][c];
    }
    for (int c = 0; c < used; ++c) x[c] = static_cast<float>(sum[c]);
  }
};
}  // namespace detail

/// x in a random subspace of d / 2 dimensions.
struct half_subspace {
  static constexpr std::string_view name = "half subspace";
  static constexpr bool query_apart = false;
  KRAIT_HOST_DEVICE static constexpr int rank(int d) { return d / 2; }
  KRAIT_HOST_DEVICE static double deviation(int, int d) { return std::sqrt(static_cast<double>(d) / (d / 2)); }
  template <int D> struct frame : detail::along_directions<half_subspace, D> {
    static_assert(D >= 2, "inputs::half_subspace: half of the dimensions must be one at least");
  };
  static double unseen(int i, int d) { return i < d / 2 ? static_cast<double>(d / 2 - i) / (d / 2) : 0; }
};

/// Standard deviations in proportion to 1, 1/2, ..., 1/d.
struct skewed {
  static constexpr std::string_view name = "skewed";
  static constexpr bool query_apart = false;
  KRAIT_HOST_DEVICE static constexpr int rank(int d) { return d; }
  KRAIT_HOST_DEVICE static double deviation(int k, int d) {
    double squares = 0;
    for (int j = 1; j <= d; ++j) squares += 1. / (static_cast<double>(j) * j);
    return std::sqrt(d / squares) / (k + 1);
  }
  template <int D> struct frame : detail::along_directions<skewed, D> {};
};

}  // namespace krait::task::inputs
