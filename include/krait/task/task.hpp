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
template <class T>
concept prompt_task = requires(draw at, std::uint64_t prompt, extent e, float* x, float* y) {
  { T::dimensions } -> std::convertible_to<int>;
  { T::points } -> std::convertible_to<int>;
  { T::name } -> std::convertible_to<std::string_view>;
  T::sample(at, prompt, e, x, y);
};

/// A task that can be drawn on a device:
///   KRAIT_HOST_DEVICE static float sample_point(draw, prompt, extent, i, float* x)    point i as sample draws it: -> y
template <class T>
concept device_task = prompt_task<T> && requires(draw at, std::uint64_t prompt, extent e, float* x) {
  { T::sample_point(at, prompt, e, 1, x) } -> std::convertible_to<float>;
};

/// A task may know the error of its best predictor in closed form; a study shows it where it is known:
///   static double exact(int i)    mean squared error / dimensions after i examples;  std::string_view exact_name
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
