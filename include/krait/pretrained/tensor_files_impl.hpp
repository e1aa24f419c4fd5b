// krait/pretrained/tensor_files_impl.hpp: which files make a checkpoint.
#pragma once
#include <krait/core/error.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/safetensors_file.hpp>
#include <krait/pretrained/tensor_files.hpp>
#include <nlohmann/json.hpp>

namespace krait::pretrained {

KRAIT_INLINE std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + ")";
}

KRAIT_INLINE tensor_files::tensor_files(const std::filesystem::path& path) : path_(path) {
  namespace files = std::filesystem;
  if (!files::is_directory(path)) {
    path.extension() == ".json" ? open_shards(path) : open(path);
  } else if (const auto one = path / "model.safetensors"; files::exists(one)) {
    open(one);
  } else if (const auto index = path / "model.safetensors.index.json"; files::exists(index)) {
    open_shards(index);
  } else {
    const bool pickled =
        files::exists(path / "pytorch_model.bin") || files::exists(path / "pytorch_model.bin.index.json");
    throw file_error(path.string() + " has neither model.safetensors nor model.safetensors.index.json" +
                     (pickled ? " but a pytorch_model.bin, which krait does not unpickle; load it in transformers and "
                                "save it with save_pretrained(folder, safe_serialization=True)."
                              : "; fetch the checkpoint's safetensors files."));
  }
}

KRAIT_INLINE void tensor_files::open(const std::filesystem::path& file) {
  files_.push_back(std::make_unique<data::safetensors>(file));
  for (const auto& [name, tensor] : files_.back()->arrays())
    if (!where_.emplace(name, files_.back().get()).second)
      throw data_error(path_.string() + " has the tensor " + name + " in two of its files; fetch it again.");
}

KRAIT_INLINE void tensor_files::open_shards(const std::filesystem::path& index) {
  const auto json = nlohmann::json::parse(data::read_file(index), nullptr, false);
  const auto broken = [&](const std::string& what) {
    return data_error(index.string() + " " + what + ", so it is no index of shards; fetch it again.");
  };
  if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object() ||
      json["weight_map"].empty())
    throw broken("has no weight_map");
  std::map<std::string, std::string> promised;  // tensor: shard
  std::map<std::string, bool> shards;
  for (const auto& [tensor, shard] : json["weight_map"].items()) {
    if (!shard.is_string()) throw broken("names no file for " + tensor);
    const std::filesystem::path name = shard.get<std::string>();
    if (name.empty() || name != name.filename() || name == "." || name == "..")
      throw data_error(index.string() + " wants the file " + name.string() +
                       ", which is not beside it; a shard's name has no folder.");
    promised[tensor] = name.string();
    shards[name.string()] = true;
  }
  for (const auto& [shard, used] : shards)
    if (!std::filesystem::exists(index.parent_path() / shard))
      throw file_error(index.string() + " lists the shard " + shard + ", which is missing; fetch it too.");
  for (const auto& [shard, used] : shards) open(index.parent_path() / shard);
  for (const auto& [tensor, shard] : promised)
    if (!has(tensor) || where_.at(tensor)->file().filename() != shard)
      throw data_error(index.string() + " promises the tensor " + tensor + " in " + shard +
                       ", which has it not; fetch both again.");
}

}  // namespace krait::pretrained
