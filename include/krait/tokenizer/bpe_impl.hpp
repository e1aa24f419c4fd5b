// krait/tokenizer/bpe_impl.hpp: definitions of bpe.hpp.
#pragma once
#include <initializer_list>
#include <krait/tokenizer/bpe.hpp>
#include <krait/tokenizer/pipeline_impl.hpp>

namespace krait::tokenizer {

KRAIT_INLINE void check_vocabulary(const pipeline& tokens, int vocabulary) {
  if (tokens.bound() > vocabulary)
    throw data_error(tokens.origin() + " has " + std::to_string(tokens.bound()) + " tokens, but the type is bpe<" +
                     std::to_string(vocabulary) + ">; write bpe<" + std::to_string(tokens.bound()) +
                     ">, or the vocabulary of the model.");
}

KRAIT_INLINE role_ids find_roles(const pipeline& tokens, const roles& names, int vocabulary) {
  std::int32_t free = tokens.bound();
  const auto find = [&](const std::string& name, const char* role, std::initializer_list<const char*> usual,
                        std::int32_t otherwise) {
    if (!name.empty()) {
      if (const auto id = tokens.id(name)) return *id;
      throw data_error(tokens.origin() + " has no token " + name + ", which is named for " + role + "; name another.");
    }
    for (const char* one : usual)
      if (const auto id = tokens.id(one)) return *id;
    if (otherwise >= 0) return otherwise;
    if (free >= vocabulary)
      throw data_error(tokens.origin() + " has no token for " + role + " and all " + std::to_string(vocabulary) +
                       " ids are taken; name one of its tokens for it, or take a larger vocabulary.");
    return free++;
  };
  role_ids ids;
  ids.end = find(names.end, "the end of a text", {"<|endoftext|>", "<eos>", "</s>", "<|end_of_text|>"}, -1);
  ids.begin = find(names.begin, "the beginning of a text", {"<bos>", "<s>", "<|begin_of_text|>"}, ids.end);
  ids.pad = find(names.pad, "padding", {"<pad>", "<|padding|>"}, ids.end);
  ids.separator = find(names.separator, "what stands between question and answer", {"<sep>", "<|sep|>"}, -1);
  for (const std::int32_t other : {ids.pad, ids.begin, ids.end})
    if (other == ids.separator)
      throw data_error("The token between question and answer is also that of another role in " + tokens.origin() +
                       "; name another.");
  return ids;
}

}  // namespace krait::tokenizer
