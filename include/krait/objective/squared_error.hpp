// krait/objective/squared_error.hpp: |output - target|^2.
#pragma once
#include <krait/objective/pointwise.hpp>

namespace krait::objective {

struct squared_error : pointwise<kernel::losses::squared_error> {
  static constexpr const char *name = "squared error", *unit = "squared error per prediction";
};

}  // namespace krait::objective
