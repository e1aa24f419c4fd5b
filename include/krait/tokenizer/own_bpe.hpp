// krait/tokenizer/own_bpe.hpp: sub-words that a study finds in its own texts.
#pragma once
#include <krait/tokenizer/bpe.hpp>
#include <krait/tokenizer/train_bpe.hpp>
#include <memory>
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
    return own_bpe(train_bpe(texts, config));
  }
  /// The text of its tokenizer.json.
  const std::string& json() const { return *json_; }

 private:
  explicit own_bpe(std::string json)
      : bpe<Vocabulary>(pipeline::parse(json, "the study's own tokenizer")),
        json_(std::make_shared<const std::string>(std::move(json))) {}
  std::shared_ptr<const std::string> json_;
};

}  // namespace krait::tokenizer
