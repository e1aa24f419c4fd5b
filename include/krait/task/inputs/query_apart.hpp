// krait/task/inputs/query_apart.hpp: standard examples, and a query made from them, for evaluations. Garg et al. 2022
// (arXiv:2208.01066), section 4.2.
#pragma once
#include <cmath>
#include <krait/task/inputs/standard.hpp>

namespace krait::task::inputs {

/// The query is orthogonal to all examples before it and as long as if it were standard. Asked after fewer than d
/// examples alone: with d of them only 0 is orthogonal, and the query is standard.
struct orthogonal_query {
  static constexpr std::string_view name = "orthogonal query";
  static constexpr bool query_apart = true;
  template <int D> struct frame : standard::frame<D> {
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool query, float* x) const {
      standard::frame<D>::point(numbers, used, i, query, x);
      if (!query || i >= used) return;
      const double length = std::sqrt(dot(x, x, used));
      float basis[D][D];
      for (int j = 0; j < i; ++j) {
        standard::frame<D>::point(numbers, used, j, false, basis[j]);
        for (int k = 0; k < 2 * j; ++k) remove(basis[k % j], basis[j], used);  // (twice: rounding)
      }
      for (int k = 0; k < 2 * i; ++k) remove(basis[k % i], x, used);
      const double factor = length / std::sqrt(dot(x, x, used));
      for (int c = 0; c < used; ++c) x[c] = static_cast<float>(factor * x[c]);
    }

   private:
    KRAIT_HOST_DEVICE static void remove(const float* along, float* from, int used) {
      const double factor = dot(along, from, used) / dot(along, along, used);
      for (int c = 0; c < used; ++c) {
        const auto part = static_cast<float>(factor * along[c]);
        from[c] -= part;
      }
    }
  };
  static double unseen(int i, int d) { return i < d ? 1 : 0; }
};

/// The query is one of the examples before it; the first is standard.
struct overlapping_query {
  static constexpr std::string_view name = "overlapping query";
  static constexpr bool query_apart = true;
  template <int D> struct frame {
    static constexpr int point_numbers = D, frame_numbers = 1;
    double which = 0;  // in [0, 1)
    KRAIT_HOST_DEVICE void draw(const prompt_numbers& numbers) { which = numbers.uniform(0); }
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool query, float* x) const {
      standard::frame<D>{}.point(numbers, used, query && i > 0 ? static_cast<int>(which * i) : i, false, x);
    }
  };
  static double unseen(int i, int) { return i == 0 ? 1 : 0; }
};

}  // namespace krait::task::inputs
