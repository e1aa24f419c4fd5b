// krait/pretrained/names_impl.hpp: the names, family by family.
#pragma once
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/pretrained/names.hpp>

namespace krait::pretrained {

namespace detail {
/// Llama's names, with krait's layers under `layers` ("layers." where the stack is all there is, "layers.1." behind a
/// scale).
inline name_map llama_names(bool scaled) {
  const auto at = [&](std::string_view plain, std::string_view behind) { return scaled ? behind : plain; };
  return {{{"embedding.weight", {"model.embed_tokens.weight"}},
           {"embedding.weight", {"lm_head.weight"}},
           {at("layers.*.0.norm.*", "layers.1.*.0.norm.*"), {"model.layers.*.input_layernorm.*"}},
           {at("layers.*.0.mixer.qkv_proj.*", "layers.1.*.0.mixer.qkv_proj.*"),
            {"model.layers.*.self_attn.q_proj.*", "model.layers.*.self_attn.k_proj.*",
             "model.layers.*.self_attn.v_proj.*"}},
           {at("layers.*.0.mixer.out_proj.*", "layers.1.*.0.mixer.out_proj.*"), {"model.layers.*.self_attn.o_proj.*"}},
           {at("layers.*.1.norm.*", "layers.1.*.1.norm.*"), {"model.layers.*.post_attention_layernorm.*"}},
           {at("layers.*.1.mixer.*", "layers.1.*.1.mixer.*"), {"model.layers.*.mlp.*"}},
           {"norm_f.*", {"model.norm.*"}},
           {"lm_head.*", {"lm_head.*"}}},
          {"model."},
          {"*rotary_emb.inv_freq"}};
}
}  // namespace detail

KRAIT_INLINE const name_map& names_of(std::string_view family) {
  static const name_map mamba = {{{"embedding.weight", {"backbone.embeddings.weight"}},
                                  {"embedding.weight", {"backbone.embedding.weight"}},  // state-spaces
                                  {"embedding.weight", {"lm_head.weight"}},
                                  {"layers.*", {"backbone.layers.*"}},
                                  {"norm_f.weight", {"backbone.norm_f.weight"}},
                                  {"lm_head.weight", {"lm_head.weight"}}},
                                 {"backbone."},
                                 {}};
  static const name_map llama = detail::llama_names(false), gemma = detail::llama_names(true);
  static const name_map phi = {{{"embedding.weight", {"model.embed_tokens.weight"}},
                                {"layers.*.norm.*", {"model.layers.*.input_layernorm.*"}},
                                {"layers.*.mixer.0.qkv_proj.*",
                                 {"model.layers.*.self_attn.q_proj.*", "model.layers.*.self_attn.k_proj.*",
                                  "model.layers.*.self_attn.v_proj.*"}},
                                {"layers.*.mixer.0.out_proj.*", {"model.layers.*.self_attn.dense.*"}},
                                {"layers.*.mixer.1.up_proj.*", {"model.layers.*.mlp.fc1.*"}},
                                {"layers.*.mixer.1.down_proj.*", {"model.layers.*.mlp.fc2.*"}},
                                {"norm_f.*", {"model.final_layernorm.*"}},
                                {"lm_head.*", {"lm_head.*"}}},
                               {"model."},
                               {"*rotary_emb.inv_freq"}};
  static const name_map gpt2 = {{{"embedding.weight", {"transformer.wte.weight"}},
                                 {"layers.0.weight", {"transformer.wpe.weight"}},
                                 {"layers.1.*.0.norm.*", {"transformer.h.*.ln_1.*"}},
                                 {"layers.1.*.0.mixer.qkv_proj.*", {"transformer.h.*.attn.c_attn.*"}, true},
                                 {"layers.1.*.0.mixer.out_proj.*", {"transformer.h.*.attn.c_proj.*"}, true},
                                 {"layers.1.*.1.norm.*", {"transformer.h.*.ln_2.*"}},
                                 {"layers.1.*.1.mixer.up_proj.*", {"transformer.h.*.mlp.c_fc.*"}, true},
                                 {"layers.1.*.1.mixer.down_proj.*", {"transformer.h.*.mlp.c_proj.*"}, true},
                                 {"norm_f.*", {"transformer.ln_f.*"}}},
                                {"transformer."},
                                {"*.attn.bias", "*.attn.masked_bias"}};
  if (family == "mamba") return mamba;
  if (family == "llama" || family == "qwen2" || family == "olmo") return llama;
  if (family == "gemma") return gemma;
  if (family == "phi") return phi;
  if (family == "gpt2") return gpt2;
  throw data_error("There are no names of tensors for the family " + std::string(family) + ".");
}

}  // namespace krait::pretrained
