// krait/layer/lstm.hpp: long short-term memory. Hochreiter & Schmidhuber 1997, as PyTorch has it.
#pragma once
#include <krait/kernel/recurrence/lstm_cell.hpp>
#include <krait/layer/recurrent.hpp>

namespace krait {

struct lstm_config {
  int d_model;
  int d_hidden = 0;  // 0: d_model
  constexpr int hidden() const { return d_hidden > 0 ? d_hidden : d_model; }
};

/// (tokens, d_model) -> (tokens, d_hidden). repeat<2, lstm<C>> is PyTorch's LSTM of two layers.
template <lstm_config C> struct lstm : recurrent<kernel::lstm_cell, C.d_model, C.hidden()> {};
static_assert(stateful_layer<lstm<lstm_config{8}>>);

}  // namespace krait
