// krait/model/decoders.hpp: the transformer families whose weights people have, as compositions of layers. The numbers
// of a model stand in a decoder_config; what else distinguishes a family stands in its type. pretrained/read.hpp reads
// their files.
#pragma once
#include <krait/layer/attention.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/gated_feed_forward.hpp>
#include <krait/layer/layer_norm.hpp>
#include <krait/layer/offset_rms_norm.hpp>
#include <krait/layer/parallel.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/layer/scale.hpp>
#include <krait/model/decoder_config.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/presets.hpp>
#include <string_view>
#include <type_traits>

namespace krait::model {

namespace detail {
constexpr attention_config attention_of(decoder_config c, bool qkv_bias, bool out_bias) {
  return {.d_model = c.d_model,
          .heads = c.heads,
          .kv_heads = c.kv_heads,
          .bias = qkv_bias,
          .out_bias = out_bias,
          .head_width = c.head_width,
          .rotary = {c.turned(), c.rope_theta}};
}
constexpr gated_feed_forward_config gated_of(decoder_config c) { return {c.d_model, c.hidden()}; }
constexpr feed_forward_config feed_forward_of(decoder_config c) { return {c.d_model, c.hidden()}; }
constexpr double root_of(double x) {  // std::sqrt is no constant expression
  double r = x;
  for (int i = 0; i < 64; ++i) r = (r + x / r) / 2;
  return r;
}

// (These take types and numbers only: nvcc 13.0 loses C where a template hands it on.)
template <int N, layer Norm, layer Attention, layer FeedForward>
using pairs = repeat<N, chain<residual<Norm, Attention>, residual<Norm, FeedForward>>>;
template <int N, layer Norm, layer Attention, layer FeedForward>
using parallel_pairs = repeat<N, residual<Norm, parallel<Attention, FeedForward>>>;
template <bool Tied> struct head_of : std::conditional<Tied, tied_head, own_head<>> {};
}  // namespace detail

/// RMSNorm, rotary positions, SwiGLU, no biases. Touvron et al. 2023 (arXiv:2302.13971); SmolLM2 (arXiv:2502.02737).
template <decoder_config C>
struct llama : language_model<C.vocabulary,
                              detail::pairs<C.layers, rms_norm<C.d_model, rms_norm_config{C.eps}>,
                                            attention<detail::attention_of(C, false, false)>,
                                            gated_feed_forward<detail::gated_of(C), kernel::activation_function::silu>>,
                              rms_norm<C.d_model, rms_norm_config{C.eps}>, typename detail::head_of<C.tied>::type> {
  static constexpr std::string_view family = "llama";
  static constexpr decoder_config config = C;
};

/// As llama, with biases on queries, keys and values. Bai et al. 2023 (arXiv:2309.16609); Qwen1.5 is of this form.
template <decoder_config C>
struct qwen2 : language_model<C.vocabulary,
                              detail::pairs<C.layers, rms_norm<C.d_model, rms_norm_config{C.eps}>,
                                            attention<detail::attention_of(C, true, false)>,
                                            gated_feed_forward<detail::gated_of(C), kernel::activation_function::silu>>,
                              rms_norm<C.d_model, rms_norm_config{C.eps}>, typename detail::head_of<C.tied>::type> {
  static constexpr std::string_view family = "qwen2";
  static constexpr decoder_config config = C;
};

/// LayerNorm without weights, rotary positions, SwiGLU, no biases. Groeneveld et al. 2024 (arXiv:2402.00838).
template <decoder_config C>
struct olmo : language_model<C.vocabulary,
                             detail::pairs<C.layers, layer_norm<C.d_model, layer_norm_config{C.eps, false, false}>,
                                           attention<detail::attention_of(C, false, false)>,
                                           gated_feed_forward<detail::gated_of(C), kernel::activation_function::silu>>,
                             layer_norm<C.d_model, layer_norm_config{C.eps, false, false}>,
                             typename detail::head_of<C.tied>::type> {
  static constexpr std::string_view family = "olmo";
  static constexpr decoder_config config = C;
};

/// RMSNorm around 1, GeGLU, embeddings times sqrt(d_model). Gemma Team 2024 (arXiv:2403.08295). (The released code
/// rounds that root to the type of the weights; here it is exact.)
template <decoder_config C>
struct gemma
    : language_model<
          C.vocabulary,
          chain<scale<C.d_model, scale_config{detail::root_of(C.d_model)}>,
                detail::pairs<C.layers, offset_rms_norm<C.d_model, rms_norm_config{C.eps}>,
                              attention<detail::attention_of(C, false, false)>,
                              gated_feed_forward<detail::gated_of(C), kernel::activation_function::gelu_tanh>>>,
          offset_rms_norm<C.d_model, rms_norm_config{C.eps}>, typename detail::head_of<C.tied>::type> {
  static constexpr std::string_view family = "gemma";
  static constexpr decoder_config config = C;
};

/// Attention and feed-forward in parallel behind one LayerNorm, partly rotary, biases everywhere, also on a head of its
/// own. Li et al. 2023 (arXiv:2309.05463); Phi-2.
template <decoder_config C>
struct phi : language_model<C.vocabulary,
                            detail::parallel_pairs<C.layers, layer_norm<C.d_model, layer_norm_config{C.eps}>,
                                                   attention<detail::attention_of(C, true, true)>,
                                                   feed_forward<detail::feed_forward_of(C)>>,
                            layer_norm<C.d_model, layer_norm_config{C.eps}>, own_head<true>> {
  static_assert(!C.tied, "phi: its head has a bias and a matrix of its own; write .tied = false");
  static constexpr std::string_view family = "phi";
  static constexpr decoder_config config = C;
};

/// Learned positions, LayerNorm, biases. Radford et al. 2019.
template <decoder_config C>
struct gpt2 : language_model<C.vocabulary,
                             chain<learned_positions<C.d_model, positions_config{C.positions}>,
                                   detail::pairs<C.layers, layer_norm<C.d_model, layer_norm_config{C.eps}>,
                                                 attention<attention_config{.d_model = C.d_model, .heads = C.heads}>,
                                                 feed_forward<detail::feed_forward_of(C)>>>,
                             layer_norm<C.d_model, layer_norm_config{C.eps}>, tied_head> {
  static_assert(C.positions > 0, "gpt2: give it learned positions, .positions = 1024");
  static_assert(C.tied, "gpt2: its head is the embedding; write .tied = true");
  static constexpr std::string_view family = "gpt2";
  static constexpr decoder_config config = C;
};

}  // namespace krait::model
