// krait/schedule/curriculum.hpp: prompts that grow during training. Garg et al. 2022 (arXiv:2208.01066), appendix A.
#pragma once
#include <algorithm>

namespace krait::schedule {

/// A count that begins at `start` and rises by `increment` every `interval` steps up to `end`, where it stays.
struct growth {
  int start, end;
  int increment = 1;
  long interval = 2000;
  constexpr int at(long step) const {
    const long rises = std::min<long>(step / interval, std::max(0, end - start));  // (no product of theirs overflows)
    return static_cast<int>(std::min<long>(end, start + rises * increment));
  }
};

/// Points and dimensions of a prompt at a step.
struct curriculum_config {
  growth points, dimensions;
};

/// No curriculum: everything from the first step.
constexpr curriculum_config whole(int points, int dimensions) { return {{points, points}, {dimensions, dimensions}}; }

}  // namespace krait::schedule
