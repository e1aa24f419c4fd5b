// krait/objective/hinge.hpp: max(0, 1 - label * output), labels -1 and 1.
#pragma once
#include <krait/objective/pointwise.hpp>

namespace krait::objective {

struct hinge : pointwise<kernel::losses::hinge> {
  static constexpr const char *name = "hinge", *unit = "hinge loss per prediction";
};

}  // namespace krait::objective
