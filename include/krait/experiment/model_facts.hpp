// krait/experiment/model_facts.hpp: what every study states of a model.
#pragma once
#include <fmt/core.h>

#include <cstdint>
#include <krait/core/type_name.hpp>
#include <krait/model/recurrent_layers.hpp>
#include <krait/study/record.hpp>

namespace krait::experiment {

/// Of a model of the study's list: its type, how many parameters it has, and what its recurrent layers are like, where
/// it has any and they are alike: so that a page need not read that in the model's name.
template <class Named> void describe_model(studies::record& to) {
  using model = typename Named::model;
  to.fact(fmt::format("{}", Named::name), type_name<model>());
  to.fact(fmt::format("{}: parameters", Named::name),
          static_cast<std::int64_t>(sizeof(typename model::template weights<float>) / sizeof(float)));
  constexpr recurrent_layers of = recurrent_layers_of<model>;
  const auto fact = [&](const char* what, int number) {
    if (number > 0) to.fact(fmt::format("{}: {}", Named::name, what), std::int64_t{number});
  };
  fact("recurrent layers", of.count), fact("d_state", of.d_state), fact("window of the convolutions", of.window);
}

}  // namespace krait::experiment
