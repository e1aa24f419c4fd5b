// krait/train/batch/text.hpp: question/answer pairs as tokens, and training batches over them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/data/encode.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/data/tokenizer.hpp>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace krait::train {

/// Pairs and their tokens, by any tokenizer. Throws data_error where a pair is longer than `longest` tokens, cannot be
/// written in them, or gets an id beyond the vocabulary.
template <data::tokenizer Tokenizer> struct basic_text_set {
  basic_text_set(std::vector<data::question_answer> from, int longest, Tokenizer tokenizer = {})
      : pairs(std::move(from)), tokens(std::move(tokenizer)), longest_(longest) {
    for (const auto& pair : pairs) add(data::encode(pair, tokens), "pair", pair.question);
  }
  /// Adds a text that is to be read and not to be asked for: its loss counts at every token.
  void read(const std::string& text) {
    add(data::encode_text(text, tokens), "text", text);
    pairs.push_back({{}, text});
  }
  std::size_t size() const { return pairs.size(); }
  std::vector<data::question_answer> pairs;
  std::vector<data::encoded_pair> encoded;
  Tokenizer tokens;

 private:
  void add(data::encoded_pair one, const std::string& what, const std::string& begins) {
    for (const std::int32_t id : one.ids)
      if (id < 0 || id >= Tokenizer::vocabulary)
        throw data_error("The tokenizer gives the id " + std::to_string(id) + " to the " + what + " \"" +
                         begins.substr(0, 40) + "...\", and its vocabulary has " +
                         std::to_string(Tokenizer::vocabulary) + " ids; mend the tokenizer.");
    if (static_cast<int>(one.length()) > longest_ + 1)
      throw data_error("The " + what + " \"" + begins.substr(0, 40) + "...\" has " + std::to_string(one.length()) +
                       " tokens and the model takes " + std::to_string(longest_ + 1) + "; choose shorter " + what +
                       "s or raise the study's length.");
    encoded.push_back(std::move(one));
  }
  int longest_;
};
using text_set = basic_text_set<data::byte_tokenizer>;

/// The examples of a step: each epoch is a new shuffle of all of them, addressed by (seed, epoch), so that a resumed
/// run meets the same batches. Within a batch they are sorted by length, so that a shard's texts are of similar length.
class example_order {
 public:
  template <class Tokenizer>
  example_order(const basic_text_set<Tokenizer>& set, std::uint64_t seed, int batch)
      : texts_(set.encoded),
        seed_(seed),
        shuffled_(set.size()),
        keys_(set.size()),
        batch_(static_cast<std::size_t>(batch)) {}

  /// Numbers of the examples of step `step` (from 0). Valid until the next call. Allocates nothing.
  std::span<const int> at(long step) {
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const auto place = static_cast<std::uint64_t>(step) * batch_.size() + i;
      shuffle(static_cast<long>(place / texts_.size()));
      batch_[i] = shuffled_[place % texts_.size()];
    }
    std::ranges::sort(batch_, {}, [&](int e) { return std::pair(texts_[e].length(), e); });
    return batch_;
  }

 private:
  void shuffle(long epoch) {
    if (epoch == epoch_) return;
    epoch_ = epoch;
    for (std::size_t i = 0; i < keys_.size(); ++i)
      keys_[i] = bits({seed_, stream("order"), static_cast<std::uint64_t>(epoch) * keys_.size() + i});
    std::iota(shuffled_.begin(), shuffled_.end(), 0);
    std::ranges::sort(shuffled_, {}, [&](int e) { return std::pair(keys_[e], e); });
  }
  const std::vector<data::encoded_pair>& texts_;
  std::uint64_t seed_;
  std::vector<int> shuffled_;
  std::vector<std::uint64_t> keys_;
  std::vector<int> batch_;
  long epoch_ = -1;
};

/// A batch of examples of a set, which must outlive it, for a trainer (see trainer.hpp); the loss counts on answers
/// alone. Whatever the tokenizer was.
struct text_batch {
  template <class Tokenizer>
  text_batch(const basic_text_set<Tokenizer>& set, std::span<const int> examples, int per_shard)
      : texts(set.encoded), examples(examples), per_shard(per_shard), pad(set.tokens.pad) {
    for (const int e : examples)
      for (const float m : texts[e].mask) weight_ += m;
  }
  int shards() const { return (static_cast<int>(examples.size()) + per_shard - 1) / per_shard; }
  double weight() const { return weight_; }
  long tokens() const {
    long sum = 0;
    for (const int e : examples) sum += static_cast<long>(texts[e].length()) - 1;
    return sum;
  }
  template <class Shard> void fill(int i, Shard& to) const {
    const auto mine =
        examples.subspan(static_cast<std::size_t>(i) * per_shard,
                         std::min<std::size_t>(per_shard, examples.size() - static_cast<std::size_t>(i) * per_shard));
    int length = 0;
    for (const int e : mine) length = std::max(length, static_cast<int>(texts[e].length()) - 1);
    to.of = {static_cast<int>(mine.size()), length};
    for (std::size_t s = 0; s < mine.size(); ++s) {
      const data::encoded_pair& pair = texts[mine[s]];
      for (int t = 0, at = static_cast<int>(s) * length; t < length; ++t, ++at) {
        const bool real = t + 1 < static_cast<int>(pair.length());
        to.id[at] = real ? pair.ids[t] : pad;
        to.target[at] = real ? pair.ids[t + 1] : pad;
        to.weight[at] = real ? pair.mask[t] : 0;
      }
    }
  }
  const std::vector<data::encoded_pair>& texts;
  std::span<const int> examples;
  int per_shard;
  std::int32_t pad;

 private:
  double weight_ = 0;
};

}  // namespace krait::train
