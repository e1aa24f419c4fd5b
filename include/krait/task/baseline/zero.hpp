// krait/task/baseline/zero.hpp: always 0: what a model that learns nothing in context is worth.
#pragma once
#include <krait/task/task.hpp>
#include <string_view>

namespace krait::task::baseline {

struct zero {
  static constexpr std::string_view name = "zero";
  static double predict(const float*, const float*, int, int) { return 0; }
};
static_assert(prompt_baseline<zero>);

}  // namespace krait::task::baseline
