// krait/schedule/schedule.hpp: the learning rate's factor at a step: a policy with `static double factor(step, steps)`.
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>

namespace krait {

/// factor(step, steps): step counts from 0, steps is their number; 1 is the optimiser's own rate. From step `steps` on
/// it stays what it is there: a run that goes on does not begin to rise again.
template <class S>
concept schedule_policy = requires(long step, long steps) {
  { S::factor(step, steps) } -> std::convertible_to<double>;
};

namespace schedule {

struct warmup_config {
  long warmup = 0;   // steps of linear rise from 0; never more than half of all steps
  double final = 0;  // factor at the end
};

namespace detail {
/// Rise, then f(progress in [0, 1]), which stays at 1.
template <class F> double after_warmup(const warmup_config& c, long step, long steps, F&& f) {
  const long warmup = std::min(c.warmup, steps / 2);
  step = std::min(step, std::max(1L, steps));
  if (step < warmup) return double(step) / double(std::max(1L, warmup));
  return c.final + (1 - c.final) * f(double(step - warmup) / double(std::max(1L, steps - warmup)));
}
}  // namespace detail

/// After the warm-up always 1.
template <warmup_config C = warmup_config{}> struct constant {
  static double factor(long step, long steps) {
    return detail::after_warmup({C.warmup, 0}, step, steps, [](double) { return 1.; });
  }
};

/// Half a cosine from 1 to `final`. Loshchilov & Hutter 2017 (arXiv:1608.03983); transformers'
/// get_cosine_schedule_with_warmup.
template <warmup_config C = warmup_config{}> struct cosine {
  static double factor(long step, long steps) {
    return detail::after_warmup(C, step, steps,
                                [](double p) { return std::max(0., 0.5 * (1 + std::cos(3.14159265358979324 * p))); });
  }
};

/// A straight line from 1 to `final`; transformers' get_linear_schedule_with_warmup.
template <warmup_config C = warmup_config{}> struct linear {
  static double factor(long step, long steps) {
    return detail::after_warmup(C, step, steps, [](double p) { return std::max(0., 1 - p); });
  }
};
static_assert(schedule_policy<constant<>> && schedule_policy<cosine<>> && schedule_policy<linear<>>);

}  // namespace schedule
}  // namespace krait
