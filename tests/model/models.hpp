// tests/model/models.hpp: what the tests of whole models share.
#pragma once
#include <krait/kernel/cross_entropy/cpu.hpp>
#include <krait/kernel/cross_entropy/reference.hpp>
#include <krait/model/presets.hpp>

#include "../layer/layers.hpp"
#include "../oracle.hpp"

namespace krait::testing {

using tiny_mamba =
    model::language_model<16, model::mamba_stack<2, mamba_config{.d_model = 8, .d_state = 4}>, rms_norm<8>>;
using tiny_transformer = model::language_model<16, model::transformer_stack<2, 8, 2, 14>, layer_norm<8>>;

}  // namespace krait::testing
