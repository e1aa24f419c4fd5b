// krait/kernel/global_norm/global_norm.hpp: the Euclidean norm of all gradients, for clipping. Pascanu et al. 2013.
#pragma once

namespace krait::kernel {

/// square_sum(on, values): the sum of squares of a flat span, in double and in a fixed order.
/// norm(on, values): its square root.
/// Each backend has one order, so a run repeats to the bit; the orders differ, and so may the last bits between them.
template <class Backend> struct global_norm;

}  // namespace krait::kernel
