// krait/kernel/add/add.hpp: y = a + b over rows. The contract.
#pragma once

namespace krait::kernel {

/// forward(on, a, b, y): a and b (tokens, Width) -> y (tokens, Width), which may be either. Its gradient is dy, twice.
template <class Backend, int Width> struct add;

}  // namespace krait::kernel
