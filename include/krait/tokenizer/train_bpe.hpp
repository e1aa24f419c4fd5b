// krait/tokenizer/train_bpe.hpp: a vocabulary of one's own, as the tokenizer.json of a byte-level BPE. Sennrich et al.
// 2016 (arXiv:1508.07909): the most frequent pair of neighbours becomes a token, again and again.
#pragma once
#include <cstdint>
#include <krait/core/config.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::tokenizer {

struct bpe_training_config {
  int vocabulary = 4096;   // tokens in all: special ones, 256 bytes, merges; fewer where no pair is left
  std::int64_t least = 1;  // how often a pair must occur
  std::vector<std::string> special = {"<pad>", "<s>", "</s>", "<sep>"};  // ids 0, 1, ...
  bool nfc = false;                                                      // normalise to NFC first
};

/// The text of a tokenizer.json, which pipeline::parse and Hugging Face read. Words are GPT-2's. Deterministic; merges
/// are those of the trainer of `tokenizers`: of pairs equally frequent the one with the smaller left id, then right id;
/// bytes have their ids in the order of the byte alphabet's characters. Throws data_error: a text that is no UTF-8, a
/// vocabulary below the special tokens and 256, a special token twice or empty.
std::string train_bpe(std::span<const std::string> texts, const bpe_training_config& config = {});

/// The text of a tokenizer.json whose tokens are the characters of some texts, in the order of Unicode, behind the
/// special tokens; other characters are "<unk>", the last special one. Throws data_error as train_bpe does.
std::string train_characters(std::span<const std::string> texts,
                             std::vector<std::string> special = {"<pad>", "<s>", "</s>", "<sep>"});

}  // namespace krait::tokenizer

#ifndef KRAIT_COMPILED
#include <krait/tokenizer/train_bpe_impl.hpp>
#endif
