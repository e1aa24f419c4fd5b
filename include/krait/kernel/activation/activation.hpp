// krait/kernel/activation/activation.hpp: a function of each scalar. The contract; the functions stand in function.hpp.
#pragma once
#include <krait/kernel/activation/function.hpp>

namespace krait::kernel {

/// Function is one of activation_function::{silu, gelu_tanh, gelu_erf, relu, softplus}, or a type of the same members.
/// forward(on, x, y): x (tokens, Width) -> y = f(x), which may be x.
/// backward(on, x, dy, dx): x as given to forward -> dx = f'(x) dy (overwritten; may be dy).
template <class Backend, class Function, int Width> struct activation;

}  // namespace krait::kernel
