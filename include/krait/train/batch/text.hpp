// krait/train/batch/text.hpp: question/answer pairs as tokens, and training batches over them.
#pragma once
#include <algorithm>
#include <cstdint>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/data/encode.hpp>
#include <krait/data/question_answer.hpp>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace krait::train {

/// Pairs and their tokens. Throws data_error where one is longer than `longest` tokens.
struct text_set {
  text_set(std::vector<data::question_answer> from, int longest) : pairs(std::move(from)) {
    for (const auto& pair : pairs) {
      encoded.push_back(data::encode(pair));
      if (static_cast<int>(encoded.back().length()) > longest + 1)
        throw data_error("The pair \"" + pair.question.substr(0, 40) + "...\" has " +
                         std::to_string(encoded.back().length()) + " tokens and the model takes " +
                         std::to_string(longest + 1) + "; choose shorter pairs or raise the study's length.");
    }
  }
  std::size_t size() const { return pairs.size(); }
  std::vector<data::question_answer> pairs;
  std::vector<data::encoded_pair> encoded;
};

/// The examples of a step: each epoch is a new shuffle of all of them, addressed by (seed, epoch), so that a resumed
/// run meets the same batches. Within a batch they are sorted by length, so that a shard's texts are of similar length.
class example_order {
 public:
  example_order(const text_set& set, std::uint64_t seed, int batch)
      : set_(set), seed_(seed), shuffled_(set.size()), keys_(set.size()), batch_(static_cast<std::size_t>(batch)) {}

  /// Numbers of the examples of step `step` (from 0). Valid until the next call. Allocates nothing.
  std::span<const int> at(long step) {
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const auto place = static_cast<std::uint64_t>(step) * batch_.size() + i;
      shuffle(static_cast<long>(place / set_.size()));
      batch_[i] = shuffled_[place % set_.size()];
    }
    std::ranges::sort(batch_, {}, [&](int e) { return std::pair(set_.encoded[e].length(), e); });
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
  const text_set& set_;
  std::uint64_t seed_;
  std::vector<int> shuffled_;
  std::vector<std::uint64_t> keys_;
  std::vector<int> batch_;
  long epoch_ = -1;
};

/// A batch of examples for a trainer (see trainer.hpp); the loss counts on answers alone.
struct text_batch {
  text_batch(const text_set& set, std::span<const int> examples, int per_shard)
      : set(set), examples(examples), per_shard(per_shard) {
    for (const int e : examples)
      for (const float m : set.encoded[e].mask) weight_ += m;
  }
  int shards() const { return (static_cast<int>(examples.size()) + per_shard - 1) / per_shard; }
  double weight() const { return weight_; }
  long tokens() const {
    long sum = 0;
    for (const int e : examples) sum += static_cast<long>(set.encoded[e].length()) - 1;
    return sum;
  }
  template <class Shard> void fill(int i, Shard& to) const {
    const auto mine =
        examples.subspan(static_cast<std::size_t>(i) * per_shard,
                         std::min<std::size_t>(per_shard, examples.size() - static_cast<std::size_t>(i) * per_shard));
    int length = 0;
    for (const int e : mine) length = std::max(length, static_cast<int>(set.encoded[e].length()) - 1);
    to.of = {static_cast<int>(mine.size()), length};
    for (std::size_t s = 0; s < mine.size(); ++s) {
      const data::encoded_pair& pair = set.encoded[mine[s]];
      for (int t = 0, at = static_cast<int>(s) * length; t < length; ++t, ++at) {
        const bool real = t + 1 < static_cast<int>(pair.length());
        to.id[at] = real ? pair.ids[t] : data::byte_tokenizer::pad;
        to.target[at] = real ? pair.ids[t + 1] : data::byte_tokenizer::pad;
        to.weight[at] = real ? pair.mask[t] : 0;
      }
    }
  }
  const text_set& set;
  std::span<const int> examples;
  int per_shard;

 private:
  double weight_ = 0;
};

}  // namespace krait::train
