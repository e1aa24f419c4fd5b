// krait/experiment/reconstruction_measures.hpp: how near written texts come to the chunks they were to be, text by
// text.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <krait/experiment/measuring.hpp>
#include <krait/metric/edit_distance.hpp>
#include <krait/train/batch/chunk.hpp>
#include <numbers>
#include <vector>

namespace krait::experiment {

/// What a decoder makes of chunks of length n.
struct rebuilt {
  std::vector<double> loss;  // -log p in nats of chunk s's token t: [s * (n + 1) + t]; t = n: the edge
  std::vector<std::vector<std::int32_t>> written;  // greedily
};

namespace detail {

inline by_text each_text(const train::chunks& of, const std::function<double(std::size_t)>& f) {
  by_text all(of.size());
  for (std::size_t s = 0; s < all.size(); ++s) all[s] = f(s);
  return all;
}
inline bool right_at(const train::chunks& of, const rebuilt& found, std::size_t s, std::size_t t) {
  return t < found.written[s].size() && found.written[s][t] == of[s][t];
}
inline double bits_at(const train::chunks& of, const rebuilt& found, const rebuilt& alone, std::size_t s,
                      std::size_t t) {
  const std::size_t at = s * static_cast<std::size_t>(of.length + 1) + t;
  return (alone.loss[at] - found.loss[at]) / std::numbers::ln2;
}
/// The mean of f(s, t) over positions first .. end - 1 of every text.
inline by_text mean_over(const train::chunks& of, std::size_t first, std::size_t end,
                         const std::function<double(std::size_t, std::size_t)>& f) {
  return each_text(of, [&](std::size_t s) {
    double sum = 0;
    for (std::size_t t = first; t < end; ++t) sum += f(s, t);
    return sum / static_cast<double>(end - first);
  });
}
inline std::vector<by_text> by_part(const train::chunks& of, int bins,
                                    const std::function<double(std::size_t, std::size_t)>& f) {
  std::vector<by_text> parts;
  const auto n = static_cast<std::size_t>(of.length), all = static_cast<std::size_t>(bins);
  for (std::size_t bin = 0; bin < all; ++bin) parts.push_back(mean_over(of, n * bin / all, n * (bin + 1) / all, f));
  return parts;
}

}  // namespace detail

/// Positions with the right token.
inline by_text share_right(const train::chunks& of, const rebuilt& found) {
  return detail::mean_over(of, 0, static_cast<std::size_t>(of.length), [&](std::size_t s, std::size_t t) {
    return static_cast<double>(detail::right_at(of, found, s, t));
  });
}
/// Edits a token of the chunk.
inline by_text edit_distances(const train::chunks& of, const rebuilt& found) {
  return detail::each_text(of, [&](std::size_t s) {
    return static_cast<double>(metric::edit_distance(found.written[s], of[s])) / of.length;
  });
}
/// Nats a token, the edge among them.
inline by_text mean_loss(const train::chunks& of, const rebuilt& found) {
  const auto tokens = static_cast<std::size_t>(of.length + 1);
  return detail::mean_over(of, 0, tokens, [&](std::size_t s, std::size_t t) { return found.loss[s * tokens + t]; });
}
/// Bits a position by which `found` is surer of the chunk than `alone`, which knows nothing of it; the edge is left
/// out.
inline by_text bits_kept(const train::chunks& of, const rebuilt& found, const rebuilt& alone) {
  return detail::mean_over(of, 0, static_cast<std::size_t>(of.length),
                           [&](std::size_t s, std::size_t t) { return detail::bits_at(of, found, alone, s, t); });
}
/// The same two over the positions of each of `bins` parts of the chunk, the oldest first.
inline std::vector<by_text> right_by_part(const train::chunks& of, const rebuilt& found, int bins) {
  return detail::by_part(
      of, bins, [&](std::size_t s, std::size_t t) { return static_cast<double>(detail::right_at(of, found, s, t)); });
}
inline std::vector<by_text> bits_by_part(const train::chunks& of, const rebuilt& found, const rebuilt& alone,
                                         int bins) {
  return detail::by_part(of, bins,
                         [&](std::size_t s, std::size_t t) { return detail::bits_at(of, found, alone, s, t); });
}

}  // namespace krait::experiment
