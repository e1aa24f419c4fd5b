// krait/model/presets.hpp: the families by name, as compositions of layers.
#pragma once
#include <krait/layer/attention.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/layer_norm.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/positions.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/vector_model.hpp>

namespace krait::model {

/// N pre-norm Mamba blocks. Norm is rms_norm<d_model> in language models, layer_norm<d_model> in in-context learning.
/// (A type of its own and no alias: nvcc loses C on the way through one.)
template <int N, mamba_config C, class Norm = rms_norm<C.d_model>>
struct mamba_stack : repeat<N, residual<Norm, mamba<C>>> {
  static constexpr mamba_config mamba_block = C;
};

/// N pre-LayerNorm (attention, MLP) pairs behind learned positions, as GPT-2.
template <int N, int DModel, int Heads, int Length, class Norm = layer_norm<DModel>>
using transformer_stack = chain<learned_positions<DModel, positions_config{Length}>,
                                repeat<N, chain<residual<Norm, attention<attention_config{DModel, Heads}>>,
                                                residual<Norm, feed_forward<feed_forward_config{DModel}>>>>>;

}  // namespace krait::model
