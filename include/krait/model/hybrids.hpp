// krait/model/hybrids.hpp: the models that Park et al. 2024 (arXiv:2402.04248) compare on tasks in context, figure 2:
// S4 and S4-Mamba, transformers without positions, and mixtures of attention and Mamba, as compositions of layers.
#pragma once
#include <krait/layer/s4_mamba.hpp>
#include <krait/layer/s4d.hpp>
#include <krait/model/presets.hpp>

namespace krait::model {

/// A hybrid's attention: PyTorch's first values, zero biases, the last product not scaled by depth.
template <int DModel, int Heads>
using hybrid_attention = attention<attention_config{
    .d_model = DModel, .heads = Heads, .weight = initial_weight::fan_in, .out_weight = initial_weight::fan_in}>;

/// N S4D blocks; N of them in Mamba's place. (Types of their own: nvcc loses C on the way through an alias.)
template <int N, s4d_config C, layer Norm = layer_norm<C.d_model>>
struct s4_stack : repeat<N, residual<Norm, s4d<C>>> {};
template <int N, s4_mamba_config C, layer Norm = layer_norm<C.d_model>>
struct s4_mamba_stack : repeat<N, residual<Norm, s4_mamba<C>>> {};

/// N (attention, MLP) pairs as GPT-2's, without positions.
template <int N, int DModel, int Heads, layer Norm = layer_norm<DModel>>
using transformer_without_positions = repeat<N, chain<residual<Norm, attention<attention_config{DModel, Heads}>>,
                                                      residual<Norm, feed_forward<feed_forward_config{DModel}>>>>;

/// (attention, Mamba) N times behind learned positions, which begin as PyTorch's Embedding: N(0, 1).
template <int N, mamba_config C, int Heads, int Length, layer Norm = layer_norm<C.d_model>>
struct standard_hybrid
    : chain<learned_positions<C.d_model, positions_config{Length, 1}>,
            repeat<N, chain<residual<Norm, hybrid_attention<C.d_model, Heads>>, residual<Norm, mamba<C>>>>> {};

/// A Mamba block in place of positions, then (attention, Mamba) N times.
template <int N, mamba_config C, int Heads, layer Norm = layer_norm<C.d_model>>
struct mambaformer
    : chain<residual<Norm, mamba<C>>,
            repeat<N, chain<residual<Norm, hybrid_attention<C.d_model, Heads>>, residual<Norm, mamba<C>>>>> {};

/// A Mamba block in place of positions, then a transformer.
template <int N, mamba_config C, int Heads, layer Norm = layer_norm<C.d_model>>
struct mamba_first_transformer
    : chain<residual<Norm, mamba<C>>, transformer_without_positions<N, C.d_model, Heads, Norm>> {};

}  // namespace krait::model
