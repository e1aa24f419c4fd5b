// krait/kernel/assign/assign.hpp: y = x, or one value, over rows. The contract.
#pragma once

namespace krait::kernel {

/// copy(on, x, y): x (tokens, Width) -> y (tokens, Width) of any strides; nothing is done where both are the same rows,
/// else they may not overlap. fill(on, value, y): every scalar of y becomes value. What lies between rows stays.
template <class Backend, int Width> struct assign;

}  // namespace krait::kernel
