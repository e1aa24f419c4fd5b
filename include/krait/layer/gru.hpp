// krait/layer/gru.hpp: gated recurrent units. Cho et al. 2014 (arXiv:1406.1078), as PyTorch has them.
#pragma once
#include <krait/kernel/recurrence/gru_cell.hpp>
#include <krait/layer/recurrent.hpp>

namespace krait {

struct gru_config {
  int d_model;
  int d_hidden = 0;  // 0: d_model
  constexpr int hidden() const { return d_hidden > 0 ? d_hidden : d_model; }
};

/// (tokens, d_model) -> (tokens, d_hidden). repeat<2, gru<C>> is PyTorch's GRU of two layers.
template <gru_config C> struct gru : recurrent<kernel::gru_cell, C.d_model, C.hidden()> {};
static_assert(stateful_layer<gru<gru_config{8}>>);

}  // namespace krait
