// benchmarks/peer/values.hpp: the weights and prompts of the step benchmarks, bit for bit those of values.py, so that a
// loss compared with expected.json shows that both sides train the same model.
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace peer {

/// In [-1, 1) with 24 bits. SplitMix64's output function at stream * 2^32 + i + 1.
inline double uniform(std::uint64_t stream, std::uint64_t i) {
  std::uint64_t z = ((stream << 32) + i + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  z = z ^ (z >> 31);
  return static_cast<double>(z >> 40) * 0x1p-23 - 1;
}

/// A tensor's stream: FNV-1a of its name.
constexpr std::uint64_t stream(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

/// Fills the tensor of that name (dotted, as in values.py) with centre + scale * uniform; `inputs` is its last extent.
inline void fill(std::string_view name, std::span<float> values, int inputs) {
  struct kind {
    std::string_view ending;
    double scale, centre;
  };
  const kind kinds[] = {
      {"dt_proj.bias", 2, -5},  // delta about 0.001 to 0.05
      {"A_log", 1.375, 1.375},  // A from -1 to -16
      {"mixer.D", .25, 1},     {"norm.weight", .125, 1}, {"norm_f.weight", .125, 1},
      {"norm.bias", .125, 0},  {"norm_f.bias", .125, 0}, {"conv1d.weight", .5, 0},
      {"conv1d.bias", .5, 0},  {".bias", .0625, 0},      {"", 1 / std::sqrt(static_cast<double>(inputs)), 0}};
  const kind* k = kinds;
  while (!name.ends_with(k->ending)) ++k;
  for (std::size_t i = 0; i < values.size(); ++i)  // the product is exact where the centre is not 0
    values[i] = static_cast<float>(k->centre + k->scale * uniform(stream(name), i));
}

inline constexpr int prompts = 64, points = 41, dimension = 20;

/// tokens (prompts, 2 points, dimension): x_1, (y_1, 0, ...), x_2, ...; targets (prompts, points): y = <w, x> / 4.
inline void fill_prompts(std::span<float> tokens, std::span<float> targets) {
  for (float& value : tokens) value = 0;
  for (int p = 0; p < prompts; ++p)
    for (int t = 0; t < points; ++t) {
      double y = 0;
      float* token = tokens.data() + (p * points + t) * 2 * dimension;
      for (int i = 0; i < dimension; ++i) {
        const double x = 1.75 * uniform(1000, static_cast<std::uint64_t>((p * points + t) * dimension + i));
        token[i] = static_cast<float>(x);
        y += x * (1.75 * uniform(1001, static_cast<std::uint64_t>(p * dimension + i)));  // exact product
      }
      targets[static_cast<std::size_t>(p * points + t)] = token[dimension] = static_cast<float>(y / 4);
    }
}

}  // namespace peer
