// krait/backend/reference.hpp: the plain backend: every kernel as the paper's equation, for any scalar. Slow and
// obviously right.
#pragma once
#include <krait/backend/arena.hpp>

namespace krait::backend {

struct reference {
  arena scratch{std::size_t{1} << 28};
};

}  // namespace krait::backend
