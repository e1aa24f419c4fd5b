// krait/tokenizer/byte_tokens.hpp: data::byte_tokenizer as a file, for models over bytes that others are to read.
#pragma once
#include <krait/core/config.hpp>
#include <string>

namespace krait::tokenizer {

/// The text of a tokenizer.json, which pipeline::parse and Hugging Face read, whose ids are a text's bytes: a
/// byte-level vocabulary without merges, in which byte b has the id b.
std::string byte_tokens();

}  // namespace krait::tokenizer

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/byte_tokens_impl.hpp>
#endif
