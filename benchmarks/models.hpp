// benchmarks/models.hpp: the two models whose training step is measured, those of benchmarks/peer, and their shards.
#pragma once
#include <krait/backend/cpu.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/model/presets.hpp>
#include <krait/objective/objective.hpp>

#include "peer/values.hpp"

inline constexpr int prompts_per_shard = 2, prompt_length = 2 * peer::points;
inline constexpr int shards = peer::prompts / prompts_per_shard;
inline constexpr krait::capacity shard_capacity{prompts_per_shard, prompt_length};

template <class Layers> using model_of = krait::model::vector_model<peer::dimension, 1, Layers, krait::layer_norm<128>>;
inline constexpr krait::mamba_config mamba_shape{.d_model = 128};
using mamba_model = model_of<krait::model::mamba_stack<4, mamba_shape, krait::layer_norm<128>>>;
using transformer_model = model_of<krait::model::transformer_stack<2, 128, 8, prompt_length>>;
