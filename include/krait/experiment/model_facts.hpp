// krait/experiment/model_facts.hpp: what every study states of a model.
#pragma once
#include <fmt/core.h>

#include <cstdint>
#include <krait/core/type_name.hpp>
#include <krait/model/recurrent_layers.hpp>
#include <krait/study/record.hpp>
#include <string>
#include <type_traits>
#include <vector>

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

/// Declares the label model: the study's models, which are its group "trained", then others that are not.
template <class Models> void declare_models(studies::record& to, const std::vector<std::string>& others) {
  const std::vector<std::string> trained(Models::names.begin(), Models::names.end());
  std::vector<std::string> all = trained;
  all.insert(all.end(), others.begin(), others.end());
  to.declare_label("model", all);
  to.declare_group("model", "trained", trained);
}

/// Of trainings that differ in nothing but their models: how fast, and each model.
template <class Models, class Optimizer, class Schedule> void describe_trainings(studies::record& to, double lr) {
  to.fact("learning rate", lr);
  to.fact("optimiser", type_name<Optimizer>());
  to.fact("schedule", type_name<Schedule>());
  Models::for_each([&]<class Named>(std::type_identity<Named>) { describe_model<Named>(to); });
}

}  // namespace krait::experiment
