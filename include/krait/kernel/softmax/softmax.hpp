// krait/kernel/softmax/softmax.hpp: y_i = e^x_i / sum_j e^x_j over each row.
#pragma once

namespace krait::kernel {

/// forward(on, x, y): x (tokens, Width) -> y, which may be x.
/// backward(on, y, dy, dx): y as forward put it out -> dx = y (dy - sum(y dy)) (overwritten; may be dy).
template <class Backend, int Width> struct softmax;

}  // namespace krait::kernel
