// tests/layer/mamba_zero.cpp: a Mamba-2 block with the weights of theorem 1 of arXiv:2502.10178 is the add-beta
// estimator of first-order chains: no function after the convolution, no gate, logits over their sum.
#define BOOST_TEST_MODULE layer_mamba_zero
#include <krait/layer/mamba2.hpp>
#include <krait/task/markov.hpp>
#include <krait/testing/layer.hpp>
#include <limits>

#include "../task/moments.hpp"
#include "../testing.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// d = 2 S, a symbol's embedding the unit vector at 2 s: x moves 2 s to 2 s + 1, B the symbol before, C this one, so
/// that the state counts who followed whom.
template <int S>
using block = mamba2<mamba2_config{.d_model = 2 * S,
                                   .d_state = S,
                                   .d_conv = 2,
                                   .expand = 1,
                                   .head_width = 2 * S,
                                   .skip = false,
                                   .gate = false,
                                   .norm = gated_norm_kind::none},
                     kernel::activation_function::identity>;

template <int S, class T> void set(typename block<S>::template weights<T>& w) {
  for_each_value(w, [](auto& t) { std::ranges::fill(t.values(), T(0)); });
  constexpr int d = 2 * S, previous = 0, current = 1;
  const auto convolve = [&](int channel, int tap) { w.conv1d.weight[channel * 2 + tap] = 1; };
  for (int s = 0; s < S; ++s) {
    w.in_proj.weight[(2 * s + 1) * d + 2 * s] = 1;
    w.in_proj.weight[(d + s) * d + 2 * s] = 1;
    w.in_proj.weight[(d + S + s) * d + 2 * s] = 1;
    convolve(d + s, previous);
    convolve(d + S + s, current);
  }
  for (int i = 0; i < d; ++i) {
    convolve(i, current);
    w.out_proj.weight[i * d + i] = 1;
  }
  w.dt_bias[0] = static_cast<T>(std::log(std::expm1(1.)));  // delta = 1
  w.A_log[0] = -std::numeric_limits<T>::infinity();         // a = 0: nothing is forgotten
}

template <class Backend, class T, int S> void is_the_estimator(double beta, int sequences, double tolerance) {
  using task_type = task::markov<task::markov_config{.symbols = S, .length = 48}>;
  trial<T, block<S>> p(1, 48);
  set<S>(*p.w);
  double off = 0;
  for (std::uint64_t k = 0; k < std::uint64_t(sequences); ++k) {
    const spelt<task_type> text(k);
    for (int t = 0; t < 48; ++t)
      for (int i = 0; i < 2 * S; ++i) p.x.out()[t][i] = i == 2 * text.id[static_cast<std::size_t>(t)];
    p.template forward<Backend>();
    typename task_type::add_beta counted(beta);
    for (int t = 0; t < 48; ++t) {
      counted.see(text.id[static_cast<std::size_t>(t)]);
      double wanted[S], logits[S], sum = 0;
      counted.predict(wanted);
      for (int s = 0; s < S; ++s) {  // W_l: beta at every even coordinate, 1 at 2 s + 1, of the residual's sum
        logits[s] = 0;
        for (int i = 0; i < 2 * S; ++i)
          logits[s] += (i % 2 == 0 ? beta : i == 2 * s + 1) * (double(p.x.in()[t][i]) + double(p.y.in()[t][i]));
        sum += std::abs(logits[s]);
      }
      for (int s = 0; s < S; ++s) off = std::max(off, std::abs(logits[s] / sum - wanted[s]));
    }
  }
  BOOST_TEST(off <= tolerance, S << " symbols, beta " << beta << ": " << off);
}

}  // namespace

BOOST_AUTO_TEST_CASE(theorem_1) {
  is_the_estimator<backend::reference, double, 2>(1, 20, 1e-14);
  is_the_estimator<backend::reference, double, 5>(.5, 20, 1e-14);
  is_the_estimator<backend::cpu, float, 2>(.5, 20, 1e-6);
  is_the_estimator<backend::cpu, float, 5>(1, 20, 1e-6);
}
