// krait/paper/in_context_end.hpp: what pages about one task in context read off the end of a prompt.
#pragma once
#include <krait/study/exhibit.hpp>

namespace krait::paper::detail {

/// Of experiment::in_context.
struct in_context_end {
  studies::quantity left;  // of the error of who knows nothing, in %
  studies::quantity half;  // first step at which the training loss is half of the loss of who knows nothing
  static constexpr const char* caption =
      "What is left at the end of a prompt of the error of who knows nothing, and the first step at which the training "
      "loss was half of the loss of who knows nothing (empty: never in a seed).";

  explicit in_context_end(const studies::record& seen)
      : left((100. / seen.number("error without knowledge") *
              studies::mean_over("examples", studies::of("error"), seen.group("examples", "end")))
                 .in("%")),
        half(studies::first_step_below(studies::of("loss"), seen.number("loss without knowledge") / 2)) {}
};

}  // namespace krait::paper::detail
