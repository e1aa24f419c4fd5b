// krait/model/released.hpp: published models by name, in their real sizes. Only a program that names one compiles it.
#pragma once
#include <krait/model/decoders.hpp>
#include <krait/model/presets.hpp>

namespace krait::model {

/// state-spaces/mamba-130m to mamba-2.8b. Gu & Dao 2023 (arXiv:2312.00752). Vocabulary: GPT-NeoX's, padded.
using mamba_130m = language_model<50280, mamba_stack<24, mamba_config{.d_model = 768}>, rms_norm<768>>;
using mamba_370m = language_model<50280, mamba_stack<48, mamba_config{.d_model = 1024}>, rms_norm<1024>>;
using mamba_790m = language_model<50280, mamba_stack<48, mamba_config{.d_model = 1536}>, rms_norm<1536>>;
using mamba_1_4b = language_model<50280, mamba_stack<48, mamba_config{.d_model = 2048}>, rms_norm<2048>>;
using mamba_2_8b = language_model<50280, mamba_stack<64, mamba_config{.d_model = 2560}>, rms_norm<2560>>;

using olmo_1b = olmo<decoder_config{.vocabulary = 50304, .d_model = 2048, .layers = 16, .heads = 16, .d_hidden = 8192}>;
using qwen1_5_1_8b = qwen2<decoder_config{.vocabulary = 151936,
                                          .d_model = 2048,
                                          .layers = 24,
                                          .heads = 16,
                                          .d_hidden = 5504,
                                          .rope_theta = 1000000,
                                          .eps = 1e-6f,
                                          .tied = false}>;
using gemma_2b = gemma<decoder_config{.vocabulary = 256000,
                                      .d_model = 2048,
                                      .layers = 18,
                                      .heads = 8,
                                      .kv_heads = 1,
                                      .head_width = 256,
                                      .d_hidden = 16384,
                                      .eps = 1e-6f}>;
using phi_2 =
    phi<decoder_config{.vocabulary = 51200, .d_model = 2560, .layers = 32, .heads = 32, .rotary = 32, .tied = false}>;
using gpt2_124m =
    gpt2<decoder_config{.vocabulary = 50257, .d_model = 768, .layers = 12, .heads = 12, .positions = 1024}>;
using smollm2_135m = llama<decoder_config{.vocabulary = 49152,
                                          .d_model = 576,
                                          .layers = 30,
                                          .heads = 9,
                                          .kv_heads = 3,
                                          .d_hidden = 1536,
                                          .rope_theta = 100000}>;
/// karpathy/tinyllamas, trained on TinyStories (Eldan & Li 2023, arXiv:2305.07759).
using stories260k =
    llama<decoder_config{.vocabulary = 512, .d_model = 64, .layers = 5, .heads = 8, .kv_heads = 4, .d_hidden = 172}>;

}  // namespace krait::model
