// krait/probe/gates.hpp: how much each token writes into a scan's state, and how much of that is left at a later token.
// "Can Mamba Learn In Context with Outliers?" (arXiv:2510.00399), eq. 4: G; Gu & Dao 2023 (arXiv:2312.00752),
// theorem 1: with A = -1 the scan is a gated mean.
#pragma once
#include <cstddef>
#include <krait/probe/probe.hpp>
#include <vector>

namespace krait::probe {

/// Of one token, in 0 .. 1.
struct gate {
  double in;    // 1 - exp(delta A): the token's share of a state that is a gated mean; sigmoid(w . p) where A = -1
  double left;  // in, times what the tokens after it up to the last leave of it: G
};

/// Gates of every token of a sequence up to its last, for one channel and state. The sum of `left` and the product of
/// all decays is 1, or 1 from the last start on.
inline std::vector<gate> gates(const scan_trace& s, int channel, int state = 0) {
  std::vector<gate> all(static_cast<std::size_t>(s.tokens));
  double after = 1;  // product of the decays of later tokens
  for (int t = s.tokens - 1; t >= 0; --t) {
    const auto i = static_cast<std::size_t>(t);
    const double decay =
        s.kept[i] ? std::exp(s.delta[i * static_cast<std::size_t>(s.channels) + static_cast<std::size_t>(channel)] *
                             s.A[static_cast<std::size_t>(channel * s.states + state)])
                  : 1;
    all[i] = {1 - decay, (1 - decay) * after};
    after *= s.start[i] ? 0 : decay;
  }
  return all;
}

}  // namespace krait::probe
