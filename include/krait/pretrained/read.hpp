// krait/pretrained/read.hpp: a checkpoint of Hugging Face transformers or state-spaces/mamba into a model's weights.
#pragma once
#include <filesystem>
#include <krait/core/aligned.hpp>
#include <krait/pretrained/description.hpp>
#include <krait/pretrained/names.hpp>
#include <krait/pretrained/tensor_files.hpp>
#include <krait/train/checkpoint.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::pretrained {
namespace detail {
void fill(const tensor_files& from, std::string_view family, const std::vector<train::detail::named_tensor>& all);
}

/// Fills the weights of `Model` from a folder that holds config.json and model.safetensors, or shards and their index.
/// Numbers are converted from F32, F16 or BF16 as they are read from the mapped file. All names and shapes are checked
/// before anything is written. A head that is tied to the embedding may stand in the file too, if it is equal.
/// Throws file_error or data_error: which file, field or tensor, what was expected and what to write.
template <class Model, class T> void read(const std::filesystem::path& folder, typename Model::template weights<T>& w) {
  const description compiled = describe<Model>();
  require_equal(folder / "config.json", read_description(folder), compiled);
  detail::fill(tensor_files(folder), compiled.family, train::detail::tensors_of(train::part{"", w}));
}
/// The same into new weights.
template <class Model, class T = float>
heap<typename Model::template weights<T>> read(const std::filesystem::path& folder) {
  auto w = make_heap<typename Model::template weights<T>>();
  read<Model, T>(folder, *w);
  return w;
}

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/read_impl.hpp>
#endif
