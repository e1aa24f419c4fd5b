// krait/task/task.hpp: what an in-context task is: a family of functions, and prompts of examples of one of them.
#pragma once
#include <concepts>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/core/rows.hpp>
#include <string_view>

namespace krait::task {

/// How much of a prompt is used: a curriculum starts with fewer points and fewer dimensions.
struct extent {
  int points;
  int dimensions;  // coordinates of x from here on are zero
};

/// A task draws prompt number `prompt` of a seed, the same for any thread and device:
///   static constexpr int dimensions, points;  std::string_view name
///   static void sample(draw seed_and_stream, prompt, extent, float* x, float* y)
///     x (points, dimensions), y (points), row by row, of which `extent.points` are written
/// It may say
///   unit              the error of who always answers 0, by which errors are divided; else dimensions
///   classifies        true: y is -1 or 1, the loss is the logistic one, and the error the share of wrong signs
///   asked(draw, prompt, extent, i)   whether point i is a question; else all are
template <class T>
concept prompt_task = requires(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
  { T::dimensions } -> std::convertible_to<int>;
  { T::points } -> std::convertible_to<int>;
  { T::name } -> std::convertible_to<std::string_view>;
  T::sample(at, prompt, e, x, y);
};

/// A task whose prompts are other sequences of vectors than x1, y1, x2, y2, ...:
///   static constexpr int inputs, outputs, tokens (of the longest prompt), points (its questions)
///   static int length(extent)                   tokens of a prompt
///   static double weight(draw, prompt, extent)  sum of a prompt's weights
///   static int question(int token)              which of the points that token asks
///   static void write(draw, prompt, extent, rows<float, inputs> x, rows<float, outputs> target, float* weight)
///     all of a prompt's tokens; weight 1: the output there is to be the target, 0: anything
template <class T>
concept sequence_task = requires(draw at, std::uint64_t prompt, extent e, rows<float, T::inputs> x,
                                 rows<float, T::outputs> target, float* weight) {
  { T::points } -> std::convertible_to<int>;
  { T::tokens } -> std::convertible_to<int>;
  { T::name } -> std::convertible_to<std::string_view>;
  { T::length(e) } -> std::same_as<int>;
  { T::weight(at, prompt, e) } -> std::convertible_to<double>;
  { T::question(1) } -> std::same_as<int>;
  T::write(at, prompt, e, x, target, weight);
};

/// The same for prompts of tokens of a vocabulary:
///   static constexpr int vocabulary
///   static void write(draw, prompt, extent, std::int32_t* id, std::int32_t* target, float* weight)
template <class T>
concept token_task = requires(draw at, std::uint64_t prompt, extent e, std::int32_t* ids, float* weight) {
  { T::points } -> std::convertible_to<int>;
  { T::tokens } -> std::convertible_to<int>;
  { T::vocabulary } -> std::convertible_to<int>;
  { T::name } -> std::convertible_to<std::string_view>;
  { T::length(e) } -> std::same_as<int>;
  { T::weight(at, prompt, e) } -> std::convertible_to<double>;
  { T::question(1) } -> std::same_as<int>;
  T::write(at, prompt, e, ids, ids, weight);
};

/// A task that asks some of its points only.
template <class T>
concept asks_some = requires(draw at, std::uint64_t prompt, extent e) {
  { T::asked(at, prompt, e, 1) } -> std::same_as<bool>;
};
/// Whether point i of a prompt is a question.
template <prompt_task T> KRAIT_HOST_DEVICE bool is_asked(draw at, std::uint64_t prompt, extent e, int i) {
  if constexpr (asks_some<T>) return T::asked(at, prompt, e, i);
  return true;
}

/// A task whose answers are -1 or 1.
template <class T>
concept classifying = requires {
  requires T::classifies;
};

/// By what errors are divided.
template <class T> constexpr double unit_of() {
  if constexpr (classifying<T>)
    return 1;
  else if constexpr (requires { T::unit; })
    return T::unit;
  else if constexpr (requires { T::dimensions; })
    return T::dimensions;
  else
    return 1;
}

/// The error of an answer, not yet divided by the unit. Of signs 0 is wrong.
template <class T> constexpr double error_of(double answer, double y) {
  return classifying<T> ? !(answer * y > 0) : (answer - y) * (answer - y);
}

/// A task that can be drawn on a device:
///   KRAIT_HOST_DEVICE static float sample_point(draw, prompt, extent, i, float* x)    point i as sample draws it: -> y
template <class T>
concept device_task = prompt_task<T> && requires(draw at, std::uint64_t prompt, extent e, float* x) {
  { T::sample_point(at, prompt, e, 1, x) } -> std::convertible_to<float>;
};

/// A task may know the error of its best predictor in closed form; a study shows it where it is known:
///   static double exact(int i)    mean error / unit after i examples;  std::string_view exact_name
template <class T>
concept knows_exact = requires {
  { T::exact(1) } -> std::convertible_to<double>;
  { T::exact_name } -> std::convertible_to<std::string_view>;
};

/// A baseline answers point i of a prompt from the i points before it: predict(x, y, i, dimensions) with
/// x (i + 1, dimensions), y (i). Refit for every prefix.
template <class B>
concept prompt_baseline = requires(const float* x, const float* y) {
  { B::name } -> std::convertible_to<std::string_view>;
  { B::predict(x, y, 1, 1) } -> std::convertible_to<double>;
};

}  // namespace krait::task
