// krait/pretrained/description.hpp: what a config.json says of a model, and what a compiled type says of itself, in the
// same words, so that they can be compared.
#pragma once
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/model/decoder_config.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace krait::pretrained {

/// One number of a model: `name` is the field of the C++ type, `key` what the file calls it (empty: by another rule).
struct described_field {
  std::string name;
  double value;
  std::string key;
};

/// A model by its family ("mamba", "llama", ...) and its numbers, in the order of the type's fields.
struct description {
  std::string family;
  std::vector<described_field> fields;
  /// The number of a name; throws data_error where there is none.
  double at(std::string_view name) const;
};

/// From a folder's config.json, or from such a file: the dialects of state-spaces/mamba and of Hugging Face
/// transformers 4 and 5. Throws file_error where it cannot be read, data_error where the model is of a kind that krait
/// has not, naming the field.
description read_description(const std::filesystem::path& path);

/// The C++ type of such a model, for a program.
std::string type_text(const description& d);

/// Throws data_error where the file describes another model than the compiled one: which field differs, and what to
/// write.
void require_equal(const std::filesystem::path& file, const description& found, const description& compiled);

description describe_mamba(int vocabulary, int layers, const mamba_config& block, double eps, bool tied);
/// family: llama, qwen2, olmo, gemma, phi or gpt2.
description describe_decoder(std::string_view family, const model::decoder_config& c);

/// Models whose files are known: a language_model of mamba_stack, or one of model/decoders.hpp.
template <class Model>
concept described = requires {
  Model::layer_type::mamba_block;
}
|| requires { Model::family; };

/// A compiled model's own description.
template <class Model> description describe() {
  if constexpr (requires { Model::layer_type::mamba_block; }) {
    return describe_mamba(Model::vocabulary, Model::layer_type::count, Model::layer_type::mamba_block,
                          Model::norm_type::eps, Model::head_type::tied);
  } else if constexpr (requires { Model::family; }) {
    return describe_decoder(Model::family, Model::config);
  } else {
    static_assert(
        sizeof(Model) == 0,
        "pretrained: files of this model are not known; take a language_model of mamba_stack and rms_norm, or "
        "one of model/decoders.hpp");
  }
}

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/description_impl.hpp>
#endif
