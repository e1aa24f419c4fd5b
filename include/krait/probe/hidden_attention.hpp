// krait/probe/hidden_attention.hpp: the matrix M with y = M x that a selective scan amounts to. Ali et al. 2024
// (arXiv:2403.01590), eq. 11-14.
#pragma once
#include <cstddef>
#include <krait/probe/probe.hpp>
#include <vector>

namespace krait::probe {

/// M of one channel, (tokens, tokens) row by row, lower triangular:
///   M_ts = sum over n of C_t[n] (decay_{s+1} ... decay_t) gain_s B_s[n],  and D more on the diagonal.
/// y_t = sum over s of M_ts x_s is the scan's output before any output gate; a masked token's row and column are zero.
inline std::vector<double> hidden_attention(const scan_trace& s, int channel, bool with_skip = true) {
  const auto length = static_cast<std::size_t>(s.tokens);
  std::vector<double> M(length * length);
  for (int n = 0; n < s.states; ++n)
    for (int from = 0; from < s.tokens; ++from) {
      double left = s.gain(from, channel, n) * s.B_at(from, n);
      for (int to = from; to < s.tokens; ++to) {
        if (to > from) left *= s.decay(to, channel, n);
        if (s.kept[static_cast<std::size_t>(to)])
          M[static_cast<std::size_t>(to) * length + static_cast<std::size_t>(from)] += s.C_at(to, n) * left;
      }
    }
  for (std::size_t t = 0; t < length && with_skip; ++t)
    if (s.kept[t]) M[t * length + t] += s.D[static_cast<std::size_t>(channel)];
  return M;
}

/// The mean over channels of |M|, as the paper shows it.
inline std::vector<double> mean_hidden_attention(const scan_trace& s) {
  std::vector<double> mean(static_cast<std::size_t>(s.tokens) * static_cast<std::size_t>(s.tokens));
  for (int e = 0; e < s.channels; ++e) {
    const std::vector<double> M = hidden_attention(s, e);
    for (std::size_t i = 0; i < M.size(); ++i) mean[i] += std::abs(M[i]) / s.channels;
  }
  return mean;
}

}  // namespace krait::probe
