// krait/experiment/state_size.hpp: the measure of how large an encoder's state is, for pages that ask what it holds for
// its size.
#pragma once
#include <krait/experiment/reconstructions.hpp>
#include <string_view>

namespace krait::experiment {

/// Quantities by model: floats of a text's state in all, and floats_of_convolutions and floats_of_recurrence of it.
class state_size {
 public:
  static constexpr std::string_view name = "state size";

  explicit state_size(const reconstruction_plan& plan) : plan_(plan) {}
  void describe(studies::record& to) const {
    for (const auto& [part, quantity] : parts) to.declare(quantity, {"model"});
  }
  void measure(reconstructions& by, const measuring& to, int length) const {
    if (length != plan_.lengths.back()) return;  // it is the same of all
    const train::chunks one = train::blocks_evenly(plan_.held_out, length, 1);
    for (const auto& [part, quantity] : parts)
      to.add({{"model", by.model()}}, quantity,
             static_cast<double>(by.read(one, reconstructions::encoder::trained, part).size()));
  }

 private:
  struct counted {
    state_part part;
    const char* quantity;
  };
  static constexpr counted parts[] = {{state_part::whole, "floats"},
                                      {state_part::convolution, "floats_of_convolutions"},
                                      {state_part::recurrence, "floats_of_recurrence"}};
  const reconstruction_plan& plan_;
};

}  // namespace krait::experiment
