// krait/experiment/word_chunks.hpp: words as texts to be written back.
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/data/packed_words.hpp>
#include <krait/experiment/reconstruction_measures.hpp>
#include <krait/experiment/reconstruction_plan.hpp>
#include <limits>
#include <numbers>
#include <vector>

namespace krait::experiment {

/// Chunks of exactly so many tokens, as the decoders are trained on: what no whole word fills is the beginning of the
/// next chunk, whose torn word counts nowhere. (The paper fills up with pads.)
class word_chunks {
 public:
  std::vector<data::packed_chunk> of;
  std::size_t skipped = 0;  // words that are longer than a chunk

  /// `most` of them, evenly from all. Throws as data::pack_words.
  word_chunks(const std::vector<data::placed_word>& words, int length, int most, const token_code& tokens)
      : words_(words.size()), length_(length) {
    const auto size = static_cast<std::size_t>(length);
    data::packed_words all = data::pack_words(words, {.length = size, .too_long = data::long_words::skip}, tokens);
    skipped = all.skipped;
    const std::size_t taken = std::min(all.chunks.size(), static_cast<std::size_t>(most));
    for (std::size_t c = 0; c < taken; ++c) {
      const std::size_t k = c * all.chunks.size() / taken;
      std::vector<std::int32_t> ids = all.chunks[k].ids;
      for (std::size_t next = k + 1; ids.size() < size; ++next)
        tokens.append(" " + all.chunks[next % all.chunks.size()].text, ids);
      ids_.insert(ids_.end(), ids.begin(), ids.begin() + length);
      of.push_back(all.chunks[k]);
    }
  }

  /// They look at this object.
  train::chunks texts() const {
    train::chunks all{ids_, {}, length_};
    for (std::size_t k = 0; k < of.size(); ++k) all.begin.push_back(k * static_cast<std::size_t>(length_));
    return all;
  }
  /// By word: where its first token stands, from 0 to 1; NaN for words in no chunk.
  std::vector<double> places() const {
    return by_word([&](std::size_t, std::size_t first, std::size_t) { return static_cast<double>(first) / length_; });
  }
  /// By word: bits that a decoder needs for its tokens, the space before it among them; NaN as above.
  std::vector<double> bits(const rebuilt& found) const {
    return by_word([&](std::size_t k, std::size_t first, std::size_t end) {
      double nats = 0;
      for (std::size_t t = first; t < end; ++t) nats += found.loss[k * static_cast<std::size_t>(length_ + 1) + t];
      return nats / std::numbers::ln2;
    });
  }

 private:
  /// f(chunk, first token, token after the last) of each word.
  template <class F> std::vector<double> by_word(F&& f) const {
    std::vector<double> all(words_, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < of.size(); ++k)
      for (std::size_t w = 0; w < of[k].words.size(); ++w)
        all[of[k].words[w]] =
            f(k, of[k].starts[w], w + 1 < of[k].starts.size() ? of[k].starts[w + 1] : of[k].ids.size());
    return all;
  }

  std::size_t words_;
  int length_;
  std::vector<std::int32_t> ids_;
};

}  // namespace krait::experiment
