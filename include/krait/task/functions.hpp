// krait/task/functions.hpp: prompts of functions in context, x1, f(x1), x2, f(x2), ..., put together from where x comes
// from and what f is.
#pragma once
#include <krait/task/inputs/standard.hpp>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>

namespace krait::task {

/// Sampling for a task Self, a family of functions, that has
///   struct function                                     what one prompt's function consists of
///   static constexpr int function_numbers               random numbers that make one
///   static void draw_function(prompt_numbers, extent, function&)
///   static float value(const function&, const float* x)     x (dimensions), zero from extent.dimensions on -> y
/// and may have
///   static constexpr int answer_numbers                 random numbers that each answer takes
///   static float answer(prompt_numbers, float y)        what stands in the prompt for y, say with noise
/// all KRAIT_HOST_DEVICE. Inputs: see inputs/standard.hpp. A prompt's numbers are those of its points, of its function,
/// of its answers, of its inputs' frame, in this order.
template <class Self, int Dimensions, int Points, class Inputs = inputs::standard> struct functions {
  static_assert(Dimensions > 0 && Points > 0, "task: dimensions and points must be positive");
  static constexpr int dimensions = Dimensions, points = Points;
  using inputs_type = Inputs;
  using frame = typename Inputs::template frame<Dimensions>;

  KRAIT_HOST_DEVICE static void sample(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
    const prompt_drawing one(at, prompt, e);
    for (int i = 0; i < e.points; ++i) y[i] = one.point(e, i, x + i * dimensions);
  }
  /// Point i alone: x (dimensions) -> y. A device may draw all points of all prompts side by side.
  KRAIT_HOST_DEVICE static float sample_point(draw at, std::uint64_t prompt, extent e, int i, float* x) {
    return prompt_drawing(at, prompt, e).point(e, i, x);
  }
  /// Where a query comes from elsewhere than the examples before it, a prompt asks one point alone.
  KRAIT_HOST_DEVICE static bool asked(draw, std::uint64_t prompt, extent e, int i) requires(Inputs::query_apart) {
    return i == query_of(prompt, e);
  }

 private:
  KRAIT_HOST_DEVICE static int query_of(std::uint64_t prompt, extent e) {
    if constexpr (Inputs::query_apart) return static_cast<int>(prompt % static_cast<std::uint64_t>(e.points));
    return -1;
  }
  KRAIT_HOST_DEVICE static constexpr int numbers_of_answers() {
    if constexpr (requires { Self::answer_numbers; }) return Self::answer_numbers;
    return 0;
  }
  /// What a prompt keeps while its points are drawn.
  struct prompt_drawing {
    prompt_numbers own;
    int query;
    frame where;
    typename Self::function f;

    KRAIT_HOST_DEVICE prompt_drawing(draw at, std::uint64_t prompt, extent e) : query(query_of(prompt, e)) {
      constexpr int of_points = points * frame::point_numbers, of_answers = points * numbers_of_answers();
      constexpr int before_frame = of_points + Self::function_numbers + of_answers;
      own = prompt_numbers::of(at, prompt, before_frame + frame::frame_numbers);
      Self::draw_function(own.after(of_points), e, f);
      where.draw(own.after(before_frame));
    }
    KRAIT_HOST_DEVICE float point(extent e, int i, float* x) const {
      where.point(own, e.dimensions, i, i == query, x);
      for (int c = e.dimensions; c < dimensions; ++c) x[c] = 0;
      const float y = Self::value(f, x);
      if constexpr (numbers_of_answers() > 0) {
        constexpr int before = points * frame::point_numbers + Self::function_numbers;
        return Self::answer(own.after(before + i * numbers_of_answers()), y);
      }
      return y;
    }
  };
};

}  // namespace krait::task
