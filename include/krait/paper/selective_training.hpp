// krait/paper/selective_training.hpp: the losses of encoders and decoders, on every page about what a state keeps.
#pragma once
#include <krait/study/exhibit.hpp>

namespace krait::paper::detail {

/// Of experiment::reconstruction.
inline studies::lines losses_of_decoders() {
  return {.name = "training",
          .x = {},
          .y = studies::of("loss"),
          .axis = {.label = "nats a token"},
          .series = "model",
          .panel = "training",
          .caption = "Loss of training batches. The decoders' lengths come in one after another: hence the rise.",
          .each_seed = true,
          .published = false};
}

}  // namespace krait::paper::detail
