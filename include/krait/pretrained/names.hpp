// krait/pretrained/names.hpp: what the families' files call the tensors of a krait model.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace krait::pretrained {

/// A tensor by a pattern of its name, and the file's tensors whose rows it holds one under another. Each * stands for
/// the same letters on both sides, in order.
struct name_rule {
  std::string_view ours;
  std::vector<std::string_view> theirs;
  bool transposed = false;  // matrices stand as (in, out) in the file: GPT-2's Conv1D
};

/// The names of a family. Of several rules for one tensor the first serves whose tensors are there.
struct name_map {
  std::vector<name_rule> rules;
  std::vector<std::string_view> prefixes;  // which a file may lack (transformers' bare models)
  std::vector<std::string_view> ignored;   // buffers that are no weights
};
/// Throws data_error for a family that it does not know.
const name_map& names_of(std::string_view family);

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/names_impl.hpp>
#endif
