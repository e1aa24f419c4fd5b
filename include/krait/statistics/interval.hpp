// krait/statistics/interval.hpp: from where to where a number may lie.
#pragma once

namespace krait::statistics {

struct interval {
  double low, high;
};

}  // namespace krait::statistics
