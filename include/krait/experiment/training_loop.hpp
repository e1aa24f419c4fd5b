// krait/experiment/training_loop.hpp: the training of a small study: fresh batches, the mean loss every so many steps,
// a look at equal distances and at the end.
#pragma once
#include <cstdint>
#include <krait/run/legs.hpp>
#include <krait/run/run.hpp>
#include <string>

namespace krait::experiment {

struct training_loop {
  long steps;
  long look_every;  // steps between two looks; there is one after the last step in any case
  long keep_every;  // steps between two points of the training curve, each the mean since the last
  long units;       // prompts or tokens a step, for the progress
  double unit = 1;  // by which losses are divided
  program::keep keep = program::keep::nothing;

  /// Steps done .. steps - 1 of a leg that has begun. batch(step): what is learnt from; rate(step): how fast;
  /// look(steps done, whether they are all) adds what it measures to the leg. Labels: those of "loss".
  template <class Trainer, class Batch, class Rate, class Look>
  void run(program::run_context& context, const std::string& leg, Trainer& model, long done, const studies::labels& at,
           std::uint64_t seed, Batch&& batch, Rate&& rate, Look&& look) const {
    program::legs& legs = context.legs;
    double loss = 0;  // summed since the last point
    long summed = 0;
    for (long step = done; step < steps; ++step) {
      const auto now = legs.step(leg, model, batch(step), rate(step));
      context.shown.update(now.loss, units);
      loss += now.loss / unit, ++summed;
      const bool last = step + 1 == steps, looks = (step + 1) % look_every == 0 || last;
      if (!looks && (step + 1) % keep_every != 0) continue;
      legs.add(leg, at, seed, step + 1, "loss", loss / static_cast<double>(summed));
      loss = 0, summed = 0;
      if (looks) look(step + 1, last);
      legs.look(leg, model, step + 1, steps, keep);
    }
  }
};

}  // namespace krait::experiment
