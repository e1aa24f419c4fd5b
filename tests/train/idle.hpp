// tests/train/idle.hpp: batches without a gradient, and what weight decay makes of the weights meanwhile.
#pragma once
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <vector>

#include "tiny.hpp"

namespace krait::testing {

/// Prompts of which no token counts. `sum` is what the batch says that they sum to.
struct idle_batch {
  double sum;
  int shards() const { return 1; }
  double weight() const { return sum; }
  template <class Shard> void fill(int, Shard& to) const {
    prompts(0, 1).fill(0, to);
    std::fill_n(to.weight, to.of.tokens(), 0.f);
  }
};

using decaying = optim::adamw<optim::adamw_config{.lr = 0.1, .weight_decay = 0.1}>;
using decaying_all = optim::adamw<optim::adamw_config{.lr = 0.1, .weight_decay = 0.1, .decay = optim::decay::all}>;

/// Steps without a gradient: weights that are decayed are 0.99^steps of what they were, and others what they were.
template <class Trainer> void idle_steps_shrink_matrices_alone(int steps, bool all) {
  Trainer t(1, 2);
  const auto before = t.current();
  for (int i = 0; i < steps; ++i) BOOST_TEST(t.step(idle_batch{1}, 0.1).loss == 0);
  BOOST_TEST(t.steps_done() == steps);
  int spared = 0;
  std::vector<const float*> first;
  for_each_value(before, [&](const auto& w) { first.push_back(w.data); });
  for_each_tensor(t.current(), [&, place = 0u](const std::string& name, const auto& w) mutable {
    const float* was = first[place++];
    const auto ends = [&](const char* with) { return name.ends_with(with); };
    const bool decays =
        all || !(ends("A_log") || ends(".D") || ends("bias") || ends("norm.weight") || ends("norm_f.weight"));
    spared += !decays;
    BOOST_TEST_CONTEXT(name) {
      for (int i = 0; i < w.size; ++i) {
        if (decays)
          BOOST_REQUIRE(std::abs(w[i] - was[i] * std::pow(0.99, steps)) <= steps * 0x1p-24 * std::abs(was[i]));
        else
          BOOST_REQUIRE(w[i] == was[i]);
      }
    }
  });
  BOOST_TEST(spared == (all ? 0 : 10));
}

/// Where nothing counts nothing moves, not by the moments of earlier steps and not by decay.
template <class Trainer, class Batch> void an_empty_batch_changes_nothing(const Batch& usual) {
  Trainer t(1, 2);
  t.step(usual, 0.1);
  const auto bits = [&] {
    return bits_of(t.current()) + bits_of(t.master()) + bits_of(t.moment(0)) + bits_of(t.moment(1));
  };
  const std::string before = bits();
  const train::step_result now = t.step(idle_batch{0}, 0.1);
  BOOST_TEST(now.loss == 0);
  BOOST_TEST(now.gradient_norm == 0);
  BOOST_TEST(t.loss(idle_batch{0}) == 0);
  BOOST_TEST((bits() == before));
  BOOST_TEST(t.steps_done() == 2);  // it was a step of the run: a resumed one counts so too
  BOOST_TEST(std::isfinite(t.step(usual, 0.1).loss));
  BOOST_TEST((bits() != before));
}

}  // namespace krait::testing
