// krait/pretrained/write.hpp: a model's weights as a folder that Hugging Face transformers loads.
#pragma once
#include <filesystem>
#include <krait/pretrained/description.hpp>
#include <krait/train/checkpoint.hpp>
#include <vector>

namespace krait::pretrained {
namespace detail {
void write(const std::filesystem::path& folder, const description& d,
           const std::vector<train::detail::named_tensor>& all);
}

/// Writes config.json and model.safetensors, in the scalars of the weights, under the names of the family's files; the
/// folder is made if need be. The tokenizer is not part of a model: put its tokenizer.json beside them. Throws
/// file_error, or data_error for a model that transformers has not.
template <class Model, class T>
void write(const std::filesystem::path& folder, const typename Model::template weights<T>& w) {
  detail::write(folder, describe<Model>(), train::detail::tensors_of(train::part{"", w}));
}

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/write_impl.hpp>
#endif
