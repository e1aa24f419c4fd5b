// krait/core/shard.hpp: the part of a batch that a thread carries through a model at a time: inputs, targets, and how
// much each token counts.
#pragma once
#include <cstdint>
#include <krait/core/layer.hpp>
#include <krait/core/rows.hpp>

namespace krait {

/// A shard of texts: ids, the token that should follow each, and how much that counts. weight 0: no loss at this token.
template <capacity Cap> struct text_shard {
  static constexpr capacity cap = Cap;
  sequences of;
  std::int32_t id[Cap.tokens()], target[Cap.tokens()];
  float weight[Cap.tokens()];
  ids input() const { return {id, of}; }

  /// A shard whose arrays lie where the host must not read, say on a device.
  struct elsewhere {
    sequences of;
    const std::int32_t *id, *target;
    const float* weight;
    ids input() const { return {id, of}; }
  };
  static elsewhere at(const text_shard& there, sequences of) { return {of, there.id, there.target, there.weight}; }
};

/// A shard of prompts of vectors, and the vector that each token's output should be.
template <capacity Cap, int In, int Out> struct vector_shard {
  static constexpr capacity cap = Cap;
  sequences of;
  activations<float, Cap, In> x;
  activations<float, Cap, Out> target_rows;
  float weight[Cap.tokens()];
  rows<const float, In> input() const { return x.of(of); }
  rows<const float, Out> target() const { return target_rows.of(of); }

  /// A shard whose arrays lie where the host must not read, say on a device.
  struct elsewhere {
    sequences of;
    const vector_shard& there;
    const float* weight;
    rows<const float, In> input() const { return there.x.of(of); }
    rows<const float, Out> target() const { return there.target_rows.of(of); }
  };
  static elsewhere at(const vector_shard& there, sequences of) { return {of, there, there.weight}; }
};

}  // namespace krait
