// krait/experiment/reconstruction_plan.hpp: what a study of states is set to, and what all models of a run have in
// common.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <krait/run/options.hpp>
#include <krait/train/batch/chunk.hpp>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace krait::experiment {

struct reconstruction_config {
  long reading = 3000;         // steps of the encoder's pretraining, on windows as long as the longest text
  long rebuilding = 6000;      // steps of the decoder
  double alone = .25;          // steps of the unconditional decoder, as a share of the decoder's
  int batch = 8;               // texts of the greatest length a step; up to eight times as many of shorter ones
  double opening = .5;         // share of the decoders' steps over which lengths come in, the shortest first
  int per_shard = 4;           // texts a thread carries through the model at a time
  int texts = 128;             // held-out texts of each length
  int pairs = 0;               // newest keys and values that an attention layer's state hands on; 0: all
  int bins = 8;                // parts of a text, for what is kept by position
  long look_every = 50;        // steps between two points of the losses
  double reading_rate = 2e-3;  // learning rate of the pretraining
  double interval = .9;        // share of the bootstrap's resamples between _low and _high
  bool apart = false;          // one decoder a length without --set apart
  int seeds = 1;               // repetitions without --seeds
};

/// A study's tokenizer, whichever it is (data/tokenizer.hpp).
struct token_code {
  std::function<void(std::string_view, std::vector<std::int32_t>&)> to_ids;
  std::function<std::string(std::span<const std::int32_t>)> to_text;
  std::int32_t edge;  // what stands before and after a text to be written back
  int vocabulary;

  template <class Tokenizer> static token_code of(Tokenizer tokens) {
    return {[tokens](std::string_view text, std::vector<std::int32_t>& ids) { tokens.append(text, ids); },
            [tokens](std::span<const std::int32_t> ids) { return tokens.decode(ids); }, tokens.pad,
            Tokenizer::vocabulary};
  }
  void append(std::string_view text, std::vector<std::int32_t>& ids) const { to_ids(text, ids); }
  std::string decode(std::span<const std::int32_t> ids) const { return to_text(ids); }
};

struct reconstruction_plan {
  const program::options& asked;
  token_code tokens;
  std::vector<int> lengths;  // of the texts, rising
  reconstruction_config config;
  std::vector<std::int32_t> train = {}, held_out = {};
  /// What an encoder is pretrained on, of the models for which it is not `train`.
  std::map<std::string, std::vector<std::int32_t>, std::less<>> read_instead = {};
  std::string digest_of_data = {};
  std::size_t files = 0, passages = 0, passages_held_out = 0;
  long reading = 0, alone = 0, rebuilding = 0;  // steps
  int texts = 0;
  double lr = 0;  // of the decoders
  bool apart = false;

  std::span<const std::int32_t> to_read(std::string_view model) const {
    const auto found = read_instead.find(model);
    return found == read_instead.end() ? train : found->second;
  }
  train::chunks test(int length) const { return train::blocks_evenly(held_out, length, texts); }
};

}  // namespace krait::experiment
