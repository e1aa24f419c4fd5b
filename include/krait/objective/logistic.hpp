// krait/objective/logistic.hpp: log(1 + exp(-label * output)), labels -1 and 1.
#pragma once
#include <krait/objective/pointwise.hpp>

namespace krait::objective {

struct logistic : pointwise<kernel::losses::logistic> {
  static constexpr const char *name = "logistic", *unit = "logistic loss per prediction";
};

}  // namespace krait::objective
