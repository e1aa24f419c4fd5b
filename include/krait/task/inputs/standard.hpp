// krait/task/inputs/standard.hpp: x ~ N(0, I), and what any source of x is.
#pragma once
#include <krait/task/numbers.hpp>
#include <string_view>

namespace krait::task::inputs {

/// A source of x is a policy with
///   static constexpr std::string_view name
///   static constexpr bool query_apart      whether the query has a distribution of its own: then prompt number p asks
///                                          point p mod points alone, after examples of the other distribution
///   template <int D> struct frame          what a prompt keeps, with
///     static constexpr int point_numbers   random numbers a point
///     static constexpr int frame_numbers   random numbers a prompt besides
///     void draw(prompt_numbers)            the prompt's own frame; numbers from 0
///     void point(prompt_numbers, int used, int i, bool query, float* x) const
///                                          x (used coordinates at least) of point i; numbers from the prompt's first
/// and, where the inputs in d dimensions have mean square d and a closed form is known,
///   static double unseen(int i, int d)     E |part of the query outside the span of i examples|^2 / d
struct standard {
  static constexpr std::string_view name = "standard";
  static constexpr bool query_apart = false;
  template <int D> struct frame {
    static constexpr int point_numbers = D, frame_numbers = 0;
    KRAIT_HOST_DEVICE void draw(const prompt_numbers&) {}
    KRAIT_HOST_DEVICE void point(const prompt_numbers& numbers, int used, int i, bool, float* x) const {
      numbers.normals(i * D, used, x);
    }
  };
  static double unseen(int i, int d) { return i < d ? static_cast<double>(d - i) / d : 0; }
};

}  // namespace krait::task::inputs
