// krait/pretrained/description_impl.hpp: config.json read, compared and turned into a type.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <krait/core/error.hpp>
#include <krait/pretrained/config_json.hpp>
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

/// A number as C++ has it.
inline std::string literal(double value) { return fmt::format("{}", value); }

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
                                        : fmt::format("rms_norm<{}, rms_norm_config{{{}}}>", n("d_model"), eps);
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
  throw data_error(from.origin() + " describes a model of type \"" + family +
                   "\", which krait does not read; it reads mamba.");
}

KRAIT_INLINE std::string type_text(const description& d) { return detail::mamba_type(d); }

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
