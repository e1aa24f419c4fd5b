// krait/kernel/linear/linear.hpp: matrix product with bias. The contract; implementations stand beside it.
#pragma once
#include <krait/core/into.hpp>

namespace krait::kernel {

/// forward : x (tokens, In), weight (Out, In), bias (Out, or empty) -> y (tokens, Out) = x weight^T + bias.
/// forward_onto: the same with base (tokens, Out), which y may be -> y = base + x weight^T + bias.
/// backward_data: dy -> dx (overwritten, or added to with into::add). backward_weight: x, dy -> dweight and dbias
/// (added to). Rows may be columns of wider rows (their strides differ). 0 tokens are fine.
template <class Backend, int In, int Out> struct linear;

}  // namespace krait::kernel
