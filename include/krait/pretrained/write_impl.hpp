// krait/pretrained/write_impl.hpp: names and shapes as transformers has them, and the config.json beside them.
#pragma once
#include <fmt/core.h>

#include <deque>
#include <krait/core/atomic_file.hpp>
#include <krait/data/safetensors_file.hpp>
#include <krait/pretrained/names.hpp>
#include <krait/pretrained/read_impl.hpp>
#include <krait/pretrained/write.hpp>
#include <nlohmann/json.hpp>

namespace krait::pretrained::detail {

/// Rows of the model's tensor that stand in each of the file's.
KRAIT_INLINE std::vector<std::int64_t> rows_of(const description& d, const named_tensor& ours, std::size_t parts) {
  if (parts == 1) return {ours.shape.front()};
  const auto keys = static_cast<std::int64_t>(d.at("kv_heads") * d.at("head_width"));
  return {ours.shape.front() - 2 * keys, keys, keys};
}

/// A float's shortest decimal as a double: 1e-5f becomes 1e-05, and not 9.99999975e-06.
KRAIT_INLINE double decimal(double value) { return std::stod(fmt::format("{}", static_cast<float>(value))); }

KRAIT_INLINE nlohmann::ordered_json config_of(const description& d, const char* dtype) {
  struct about {
    const char *family, *architecture, *eps, *function, *key_of_function;
  };
  constexpr about known[] = {
      {"mamba", "MambaForCausalLM", "layer_norm_epsilon", "silu", "hidden_act"},
      {"llama", "LlamaForCausalLM", "rms_norm_eps", "silu", "hidden_act"},
      {"qwen2", "Qwen2ForCausalLM", "rms_norm_eps", "silu", "hidden_act"},
      {"olmo", "OlmoForCausalLM", "", "silu", "hidden_act"},
      {"gemma", "GemmaForCausalLM", "rms_norm_eps", "gelu_pytorch_tanh", "hidden_act"},
      {"phi", "PhiForCausalLM", "layer_norm_eps", "gelu_new", "hidden_act"},
      {"gpt2", "GPT2LMHeadModel", "layer_norm_epsilon", "gelu_new", "activation_function"},
  };
  const about& a = *std::ranges::find_if(known, [&](const about& one) { return d.family == one.family; });
  nlohmann::ordered_json json = {{"architectures", {a.architecture}}, {"model_type", d.family}, {"torch_dtype", dtype}};
  json[a.key_of_function] = a.function;
  const bool gpt2 = d.family == "gpt2", mamba = d.family == "mamba";
  for (const auto& [name, value, key] : d.fields) {
    if (name == "eps") {
      if (*a.eps) json[a.eps] = decimal(value);
      if (d.family == "olmo" && static_cast<float>(value) != 1e-5f)
        throw data_error("transformers' OLMo has an eps of 1e-5 and no other; this model cannot be written for it.");
    } else if (name == "tied") {
      json[key] = value != 0;
    } else if (name == "rotary") {
      if (d.family == "phi")
        json[key] = value / d.at("head_width");
      else if (!gpt2 && value != d.at("head_width"))
        throw data_error("transformers' " + d.family + " turns whole heads; this model cannot be written for it.");
    } else if (name == "rope_theta") {
      if (!gpt2) json[key] = value;
    } else if (gpt2 ? name != "kv_heads" && name != "head_width" : name != "positions") {
      json[key] = static_cast<std::int64_t>(value);
    }
  }
  if (mamba) json["intermediate_size"] = static_cast<std::int64_t>(d.at("expand") * d.at("d_model"));
  if (d.family == "gemma") json["hidden_activation"] = a.function;
  return json;
}

KRAIT_INLINE void write(const std::filesystem::path& folder, const description& d,
                        const std::vector<named_tensor>& all) {
  const name_map& map = names_of(d.family);
  data::safetensors_writer to;
  const char* dtype = "float32";
  std::deque<std::vector<std::byte>> turned;  // what is transposed lives until it is written
  for (const auto& ours : all) {
    const auto rule =
        std::ranges::find_if(map.rules, [&](const name_rule& r) { return stars(r.ours, ours.name).has_value(); });
    if (rule == map.rules.end())
      throw data_error("No name is known for the tensor " + ours.name + " in files of others.");
    const auto letters = *stars(rule->ours, ours.name);
    const auto rows = rows_of(d, ours, rule->theirs.size());
    const std::int64_t columns_here = columns(ours);
    std::visit(
        [&]<class T>(std::span<T> values) {
          if (std::is_same_v<T, bfloat16>) dtype = "bfloat16";
          if (std::is_same_v<T, double>) dtype = "float64";
          for (std::size_t i = 0; i < rows.size(); ++i) {
            std::vector<std::int64_t> shape = ours.shape;
            shape.front() = rows[i];
            std::span<const T> part = values.first(static_cast<std::size_t>(rows[i] * columns_here));
            values = values.subspan(part.size());
            if (rule->transposed && shape.size() == 2) {
              std::swap(shape[0], shape[1]);
              T* other = reinterpret_cast<T*>(turned.emplace_back(part.size_bytes()).data());
              for (std::int64_t r = 0; r < rows[i]; ++r)
                for (std::int64_t c = 0; c < columns_here; ++c)
                  other[c * rows[i] + r] = part[static_cast<std::size_t>(r * columns_here + c)];
              part = {other, part.size()};
            }
            if (ours.name.ends_with("conv1d.weight")) shape.insert(shape.begin() + 1, 1);
            to.add(filled(rule->theirs[i], letters), shape, part);
          }
        },
        ours.values);
  }
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (failed) throw file_error(folder.string() + " cannot be made: " + failed.message() + "; choose another folder.");
  to.write(folder / "model.safetensors", {{"format", "pt"}});
  atomic_file config(folder / "config.json");
  config.write(config_of(d, dtype).dump(2) + "\n");
  config.commit();
}

}  // namespace krait::pretrained::detail
