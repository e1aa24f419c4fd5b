// krait/pretrained/names_impl.hpp: the names, family by family.
#pragma once
#include <krait/core/config.hpp>
#include <krait/core/error.hpp>
#include <krait/pretrained/names.hpp>

namespace krait::pretrained {

KRAIT_INLINE const name_map& names_of(std::string_view family) {
  static const name_map mamba = {{{"embedding.weight", {"backbone.embeddings.weight"}},
                                  {"embedding.weight", {"backbone.embedding.weight"}},  // state-spaces
                                  {"embedding.weight", {"lm_head.weight"}},
                                  {"layers.*", {"backbone.layers.*"}},
                                  {"norm_f.weight", {"backbone.norm_f.weight"}},
                                  {"lm_head.weight", {"lm_head.weight"}}},
                                 {"backbone."},
                                 {}};
  if (family == "mamba") return mamba;
  throw data_error("There are no names of tensors for the family " + std::string(family) + ".");
}

}  // namespace krait::pretrained
