// krait/pretrained/tensor_files.hpp: the tensors of a checkpoint as people have it: one safetensors file, or shards
// that an index lists.
#pragma once
#include <cstdint>
#include <filesystem>
#include <krait/core/config.hpp>
#include <krait/data/safetensors.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace krait::pretrained {

/// All files are mapped and checked at once; nothing is read before it is asked for.
class tensor_files {
 public:
  using array = data::safetensors::array;

  /// A folder with model.safetensors or model.safetensors.index.json, such an index, or a safetensors file. Throws
  /// file_error where a file is missing, data_error where the index is broken, leaves its folder, or promises a tensor
  /// that its shard has not.
  explicit tensor_files(const std::filesystem::path& path);

  bool has(const std::string& name) const { return where_.contains(name); }
  /// The tensors by name, and the file of each.
  const std::map<std::string, const data::safetensors*>& where() const { return where_; }
  const array& at(const std::string& name) const { return where_.at(name)->at(name); }
  template <class T> void copy(const std::string& name, std::span<T> to) const { where_.at(name)->copy(name, to); }
  template <class T> std::vector<T> values(const std::string& name) const {
    return where_.at(name)->template values<T>(name);
  }
  /// What errors call the checkpoint.
  std::string name() const { return path_.string(); }

 private:
  void open(const std::filesystem::path& file);
  void open_shards(const std::filesystem::path& index);

  std::filesystem::path path_;
  std::vector<std::unique_ptr<data::safetensors>> files_;
  std::map<std::string, const data::safetensors*> where_;
};

/// "(3, 4)".
std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/tensor_files_impl.hpp>
#endif
