// krait/pretrained/description_impl.hpp: config.json read, compared and turned into a type.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/pretrained/config_json_impl.hpp>
#include <krait/pretrained/description.hpp>

namespace krait::pretrained {

KRAIT_INLINE double description::at(std::string_view name) const {
  for (const auto& field : fields)
    if (field.name == name) return field.value;
  throw data_error("A model of family " + family + " has no number called " + std::string(name) + "; see its config.");
}

KRAIT_INLINE description describe_mamba(int vocabulary, int layers, const mamba_config& block, double eps, bool tied) {
  return {"mamba",
          {{"vocabulary", double(vocabulary), "vocab_size"},
           {"layers", double(layers), "num_hidden_layers"},
           {"d_model", double(block.d_model), "hidden_size"},
           {"d_state", double(block.d_state), "state_size"},
           {"d_conv", double(block.d_conv), "conv_kernel"},
           {"expand", double(block.expand), "expand"},
           {"dt_rank", double(block.rank()), "time_step_rank"},
           {"eps", eps, "layer_norm_epsilon"},
           {"tied", double(tied), "tie_word_embeddings"}}};
}

KRAIT_INLINE description describe_decoder(std::string_view family, const model::decoder_config& c) {
  const bool gpt2 = family == "gpt2";
  const auto key = [&](const char* usual, const char* of_gpt2) { return std::string(gpt2 ? of_gpt2 : usual); };
  return {std::string(family),
          {{"vocabulary", double(c.vocabulary), "vocab_size"},
           {"d_model", double(c.d_model), key("hidden_size", "n_embd")},
           {"layers", double(c.layers), key("num_hidden_layers", "n_layer")},
           {"heads", double(c.heads), key("num_attention_heads", "n_head")},
           {"kv_heads", double(c.kv()), "num_key_value_heads"},
           {"head_width", double(c.head()), "head_dim"},
           {"d_hidden", double(c.hidden()), key("intermediate_size", "n_inner")},
           {"rotary", double(gpt2 ? 0 : c.turned()), family == "phi" ? "partial_rotary_factor" : ""},
           {"positions", double(c.positions), "n_positions"},
           {"rope_theta", gpt2 ? 0 : c.rope_theta, "rope_theta"},
           {"eps", static_cast<double>(c.eps), ""},
           {"tied", double(c.tied), "tie_word_embeddings"}}};
}

namespace detail {

/// d_inner / d_model, which must be whole.
inline int expansion(const config_json& from, const std::string& key, double inner, int d_model) {
  const double expand = inner / d_model;
  if (!(expand >= 1 && expand == std::floor(expand) && expand < 1024))
    from.wrong(key, fmt::format("makes {} inner channels of {}, no whole multiple", inner, d_model));
  return static_cast<int>(expand);
}

/// 0 for "auto", which is mamba_config's own rule.
inline int rank_of(const config_json& from, const std::string& key) {
  if (!from.is_text(key)) return from.has(key) ? from.count(key) : 0;
  if (from.text(key) != "auto") from.wrong(key, "is neither a number nor \"auto\"");
  return 0;
}

inline description read_mamba(const config_json& from) {
  mamba_config block{.d_model = from.count("hidden_size")};
  block.d_state = from.count("state_size", 16);
  block.d_conv = from.count("conv_kernel", 4);
  const double inner = from.number("intermediate_size", from.number("expand", 2) * block.d_model);
  block.expand = expansion(from, from.has("intermediate_size") ? "intermediate_size" : "expand", inner, block.d_model);
  block.dt_rank = rank_of(from, "time_step_rank");
  from.require("use_bias", false, false);
  from.require("use_conv_bias", true, true);
  from.require("rms_norm", true, true);
  from.require_text("hidden_act", "silu", {"silu", "swish"});
  return describe_mamba(from.count("vocab_size"), from.count("num_hidden_layers"), block,
                        from.number("layer_norm_epsilon", 1e-5), from.flag("tie_word_embeddings", true));
}

/// As state-spaces/mamba writes it: d_model, n_layer, ssm_cfg; the vocabulary is padded.
inline description read_state_spaces(const config_json& from) {
  const config_json ssm = from.inner("ssm_cfg");
  mamba_config block{.d_model = from.count("d_model")};
  block.d_state = ssm.count("d_state", 16);
  block.d_conv = ssm.count("d_conv", 4);
  block.expand = expansion(ssm, "expand", ssm.number("expand", 2) * block.d_model, block.d_model);
  block.dt_rank = rank_of(ssm, "dt_rank");
  ssm.require_text("layer", "Mamba1", {"Mamba1"});
  ssm.require("bias", false, false);
  ssm.require("conv_bias", true, true);
  from.require("rms_norm", true, true);
  from.require_absent("attn_layer_idx");
  from.require_absent("attn_cfg");
  if (from.number("d_intermediate", 0) != 0) from.wrong("d_intermediate", "asks for an MLP, which a Mamba-1 has not");
  auto found = describe_mamba(round_up(from.count("vocab_size"), from.count("pad_vocab_size_multiple", 8)),
                              from.count("n_layer"), block, 1e-5, from.flag("tie_embeddings", true));
  constexpr std::pair<const char*, const char*> keys[] = {{"layers", "n_layer"},
                                                          {"d_model", "d_model"},
                                                          {"d_state", "ssm_cfg.d_state"},
                                                          {"d_conv", "ssm_cfg.d_conv"},
                                                          {"expand", "ssm_cfg.expand"},
                                                          {"dt_rank", "ssm_cfg.dt_rank"},
                                                          {"eps", ""},
                                                          {"tied", "tie_embeddings"}};
  for (auto& field : found.fields)
    for (const auto& [name, key] : keys)
      if (field.name == name) field.key = key;
  return found;
}

/// A number that transformers 4 has at the top and 5 in rope_parameters; both may be there if they agree.
inline double rotary_number(const config_json& from, const std::string& key, double otherwise) {
  const auto above = from.number(key), within = from.inner("rope_parameters").number(key);
  if (above && within && *above != *within)
    from.wrong(key, fmt::format("is {} and, in rope_parameters, {}", *above, *within));
  return above ? *above : within.value_or(otherwise);
}

/// Llama and its kin: what their files have in common.
inline model::decoder_config read_decoder(const config_json& from, double usual_eps, bool tied) {
  model::decoder_config c{from.count("vocab_size"), from.count("hidden_size"), from.count("num_hidden_layers"),
                          from.count("num_attention_heads")};
  c.kv_heads = from.count("num_key_value_heads", c.heads);
  if (from.has("head_dim"))
    c.head_width = from.count("head_dim");
  else if (c.d_model % c.heads != 0)
    from.wrong("hidden_size", "is no multiple of num_attention_heads");
  if (c.heads % c.kv_heads != 0) from.wrong("num_key_value_heads", "does not divide num_attention_heads");
  c.d_hidden = from.count("intermediate_size");
  c.rope_theta = rotary_number(from, "rope_theta", 10000);
  for (const char* scaled : {"rope_parameters", "rope_scaling"})
    for (const char* type : {"rope_type", "type"}) from.inner(scaled).require_text(type, "default", {"default"});
  c.eps = static_cast<float>(from.number("rms_norm_eps", usual_eps));
  c.tied = from.flag("tie_word_embeddings", tied);
  from.require("attention_bias", false, false);
  from.require("mlp_bias", false, false);
  from.require("use_sliding_window", false, false);
  if (!from.has("use_sliding_window")) from.require_absent("sliding_window");
  return c;
}

/// By model_type; krait's name for the family is the same.
inline description read_transformer(const config_json& from, const std::string& family) {
  model::decoder_config c{};
  if (family == "gpt2") {
    c = {from.count("vocab_size"), from.count("n_embd"), from.count("n_layer"), from.count("n_head")};
    if (c.d_model % c.heads != 0) from.wrong("n_embd", "is no multiple of n_head");
    c.d_hidden = from.count("n_inner", 4 * c.d_model);
    c.positions = from.count("n_positions", 1024);
    c.eps = static_cast<float>(from.number("layer_norm_epsilon", 1e-5));
    c.tied = from.flag("tie_word_embeddings", true);
    from.require_text("activation_function", "gelu_new", {"gelu_new", "gelu_pytorch_tanh"});
    from.require("scale_attn_weights", true, true);
    from.require("scale_attn_by_inverse_layer_idx", false, false);
    from.require("add_cross_attention", false, false);
  } else if (family == "gemma") {  // hidden_act "gelu" means the tanh form here, and hidden_activation nothing
    c = read_decoder(from, 1e-6, true);
    if (!from.has("head_dim")) c.head_width = 256;
    from.require_text("hidden_act", "gelu", {"gelu", "gelu_pytorch_tanh", "gelu_new"});
  } else if (family == "olmo") {
    c = read_decoder(from, 1e-5, false);
    c.eps = 1e-5f;
    from.require_absent("clip_qkv");
    from.require_text("hidden_act", "silu", {"silu", "swish"});
  } else if (family == "phi") {
    c = read_decoder(from, 1e-5, false);
    c.eps = static_cast<float>(from.number("layer_norm_eps", 1e-5));
    c.rotary = static_cast<int>(rotary_number(from, "partial_rotary_factor", 0.5) * c.head());
    from.require("qk_layernorm", false, false);
    from.require_text("hidden_act", "gelu_new", {"gelu_new", "gelu_pytorch_tanh"});
  } else {  // llama, qwen2
    c = read_decoder(from, 1e-6, false);
    from.require_text("hidden_act", "silu", {"silu", "swish"});
  }
  return describe_decoder(family, c);
}

inline std::string decoder_type(const description& d) {
  const auto n = [&](const char* name) { return static_cast<int>(d.at(name)); };
  const bool gpt2 = d.family == "gpt2";
  std::string text =
      fmt::format("model::{}<model::decoder_config{{.vocabulary = {}, .d_model = {}, .layers = {}, .heads = {}",
                  d.family, n("vocabulary"), n("d_model"), n("layers"), n("heads"));
  const auto add = [&](bool said, const char* name) {
    if (said) text += fmt::format(", .{} = {}", name, n(name));
  };
  add(n("kv_heads") != n("heads"), "kv_heads");
  add(n("head_width") * n("heads") != n("d_model"), "head_width");
  add(n("d_hidden") != 4 * n("d_model"), "d_hidden");
  add(!gpt2 && n("rotary") != n("head_width"), "rotary");
  add(n("positions") != 0, "positions");
  if (!gpt2 && d.at("rope_theta") != 10000) text += fmt::format(", .rope_theta = {}", d.at("rope_theta"));
  if (const auto eps = static_cast<float>(d.at("eps")); eps != 1e-5f) text += fmt::format(", .eps = {}f", eps);
  if (n("tied") == 0) text += ", .tied = false";
  return text + "}>";
}

inline std::string mamba_type(const description& d) {
  const auto n = [&](const char* name) { return static_cast<int>(d.at(name)); };
  std::string block = fmt::format("mamba_config{{.d_model = {}", n("d_model"));
  const mamba_config usual{.d_model = n("d_model")};
  if (n("d_state") != usual.d_state) block += fmt::format(", .d_state = {}", n("d_state"));
  if (n("d_conv") != usual.d_conv) block += fmt::format(", .d_conv = {}", n("d_conv"));
  if (n("expand") != usual.expand) block += fmt::format(", .expand = {}", n("expand"));
  if (n("dt_rank") != usual.rank()) block += fmt::format(", .dt_rank = {}", n("dt_rank"));
  const float eps = static_cast<float>(d.at("eps"));
  const std::string norm = eps == 1e-5f ? fmt::format("rms_norm<{}>", n("d_model"))
                                        : fmt::format("rms_norm<{}, rms_norm_config{{{}f}}>", n("d_model"), eps);
  const std::string stack = eps == 1e-5f ? "" : ", " + norm;
  return fmt::format("model::language_model<{}, model::mamba_stack<{}, {}}}{}>, {}{}>", n("vocabulary"), n("layers"),
                     block, stack, norm, n("tied") ? "" : ", model::own_head<>");
}

}  // namespace detail

KRAIT_INLINE description read_description(const std::filesystem::path& path) {
  const auto file = std::filesystem::is_directory(path) ? path / "config.json" : path;
  const auto from = detail::config_json::read(file);
  if (from.has("d_model") && from.has("n_layer")) return detail::read_state_spaces(from);
  const std::string family = from.text("model_type");
  if (family == "mamba") return detail::read_mamba(from);
  for (const char* known : {"llama", "qwen2", "olmo", "gemma", "phi", "gpt2"})
    if (family == known) return detail::read_transformer(from, family);
  throw data_error(from.origin() + " describes a model of type \"" + family +
                   "\", which krait does not read; it reads mamba, llama, qwen2, olmo, gemma, phi and gpt2.");
}

KRAIT_INLINE std::string type_text(const description& d) {
  return d.family == "mamba" ? detail::mamba_type(d) : detail::decoder_type(d);
}

KRAIT_INLINE void require_equal(const std::filesystem::path& file, const description& found,
                                const description& compiled) {
  std::string differing;
  if (found.family != compiled.family)
    differing = "is of the family " + found.family + " where this program's model is of " + compiled.family;
  else
    for (const auto& field : found.fields) {
      const double here = compiled.at(field.name);
      if (static_cast<float>(here) == static_cast<float>(field.value)) continue;
      differing +=
          fmt::format("{}{} = {} where this program's model has {} = {}", differing.empty() ? "has " : ", and ",
                      field.key.empty() ? field.name : field.key, field.value, field.name, here);
    }
  if (!differing.empty()) throw data_error(file.string() + " " + differing + "; write " + type_text(found) + ".");
}

}  // namespace krait::pretrained
