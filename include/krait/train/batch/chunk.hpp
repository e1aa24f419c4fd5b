// krait/train/batch/chunk.hpp: chunks of one long text as training batches: to be read by a language model, or to be
// written back by one that begins from the state that such a reader was left in. "Characterizing Mamba's Selective
// Memory using Auto-Encoders" (arXiv:2512.15653), section 3.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <krait/core/aligned.hpp>
#include <krait/core/random.hpp>
#include <krait/core/shard.hpp>
#include <krait/model/from_state.hpp>
#include <span>
#include <vector>

namespace krait::train {

/// Texts that a thread carries through model::from_state at a time.
template <capacity Cap, class State> struct started_shard : text_shard<Cap> {
  const State* initial;
  model::started_ids<State> input() const { return {text_shard<Cap>::input(), initial}; }
};

/// Tokens begin[s] .. begin[s] + length - 1 of a text, for every s; the text outlives it.
struct chunks {
  std::span<const std::int32_t> text;
  std::vector<std::size_t> begin;
  int length;

  std::span<const std::int32_t> operator[](std::size_t s) const {
    return text.subspan(begin[s], static_cast<std::size_t>(length));
  }
  std::size_t size() const { return begin.size(); }
  long tokens() const { return static_cast<long>(size()) * length; }
  int shards(int per_shard) const { return (static_cast<int>(size()) + per_shard - 1) / per_shard; }
  /// The chunks of shard i; f(number, place in the shard) for each.
  template <class F> int in_shard(int i, int per_shard, F&& f) const {
    const int first = i * per_shard, count = std::min(per_shard, static_cast<int>(size()) - first);
    for (int s = 0; s < count; ++s) f(static_cast<std::size_t>(first + s), s);
    return count;
  }
};

/// A text is cut into blocks of `length` tokens, the short tail dropped; `count` of them by chance (from numbers
/// first, first + 1, ... of a stream).
inline chunks blocks_by_chance(std::span<const std::int32_t> text, int length, int count, draw from,
                               std::uint64_t first) {
  chunks all{text, {}, length};
  const std::uint64_t blocks = text.size() / static_cast<std::size_t>(length);
  for (int s = 0; s < count; ++s)
    all.begin.push_back(integer(from.with_index(first + static_cast<std::uint64_t>(s)), blocks) *
                        static_cast<std::size_t>(length));
  return all;
}
/// `count` blocks, evenly spaced over the text; all of them where there are fewer.
inline chunks blocks_evenly(std::span<const std::int32_t> text, int length, int count) {
  chunks all{text, {}, length};
  const std::size_t blocks = text.size() / static_cast<std::size_t>(length),
                    taken = std::min(blocks, static_cast<std::size_t>(count));
  for (std::size_t s = 0; s < taken; ++s) all.begin.push_back(s * blocks / taken * static_cast<std::size_t>(length));
  return all;
}

/// Chunks for a language model: every token but the last is followed by the next one.
struct reading_batch {
  const chunks& of;
  int per_shard;

  int shards() const { return of.shards(per_shard); }
  double weight() const { return static_cast<double>(of.size()) * (of.length - 1); }
  template <class Shard> void fill(int i, Shard& to) const {
    const int tokens = of.length - 1;
    to.of.count = of.in_shard(i, per_shard, [&](std::size_t number, int s) {
      std::copy_n(of[number].begin(), tokens, to.id + s * tokens);
      std::copy_n(of[number].begin() + 1, tokens, to.target + s * tokens);
    });
    to.of.length = tokens;
    std::fill_n(to.weight, to.of.tokens(), 1.f);
    if constexpr (requires { to.initial; }) to.initial = nullptr;
  }
};

/// Chunks x_1 .. x_n to be written back: [edge, x_1 .. x_n] is followed by [x_1 .. x_n, edge], and all count. `states`:
/// one a shard, or null for zeros.
template <class State> struct rebuilding_batch {
  const chunks& of;
  std::int32_t edge;
  const std::vector<heap<State>>* states;
  int per_shard;

  int shards() const { return of.shards(per_shard); }
  double weight() const { return static_cast<double>(of.size()) * (of.length + 1); }
  template <class Shard> void fill(int i, Shard& to) const {
    const int tokens = of.length + 1;
    to.of.count = of.in_shard(i, per_shard, [&](std::size_t number, int s) {
      const auto chunk = of[number];
      to.id[s * tokens] = to.target[s * tokens + of.length] = edge;
      std::copy(chunk.begin(), chunk.end(), to.id + s * tokens + 1);
      std::copy(chunk.begin(), chunk.end(), to.target + s * tokens);
    });
    to.of.length = tokens;
    std::fill_n(to.weight, to.of.tokens(), 1.f);
    to.initial = states ? (*states)[static_cast<std::size_t>(i)].get() : nullptr;
  }
};

}  // namespace krait::train
