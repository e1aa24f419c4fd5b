// krait/tokenizer/own_bpe.hpp: sub-words that a study finds in its own texts.
#pragma once
#include <krait/tokenizer/bpe.hpp>
#include <krait/tokenizer/train_bpe.hpp>
#include <span>
#include <string>
#include <utility>

namespace krait::tokenizer {

/// A bpe<Vocabulary> that is made of texts: four special tokens, 256 bytes and the merges that train_bpe finds in them.
/// It is made again wherever it is needed, from the same texts to the same tokens.
template <int Vocabulary> class own_bpe : public bpe<Vocabulary> {
 public:
  static_assert(Vocabulary >= 260, "own_bpe: four special tokens and 256 bytes are 260 at least");
  /// Throws data_error where a text is no UTF-8.
  static own_bpe made_of(std::span<const std::string> texts) {
    bpe_training_config config;
    config.vocabulary = Vocabulary;
    return own_bpe(pipeline::parse(train_bpe(texts, config), "the study's own tokenizer"));
  }

 private:
  explicit own_bpe(pipeline tokens) : bpe<Vocabulary>(std::move(tokens)) {}
};

}  // namespace krait::tokenizer
