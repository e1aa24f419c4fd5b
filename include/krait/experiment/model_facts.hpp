// krait/experiment/model_facts.hpp: what every study states of a model.
#pragma once
#include <fmt/core.h>

#include <cstdint>
#include <krait/core/type_name.hpp>
#include <krait/study/record.hpp>

namespace krait::experiment {

/// Of a model of the study's list: its type, and how many parameters it has.
template <class Named> void describe_model(studies::record& to) {
  using model = typename Named::model;
  to.fact(fmt::format("{}", Named::name), type_name<model>());
  to.fact(fmt::format("{}: parameters", Named::name),
          static_cast<std::int64_t>(sizeof(typename model::template weights<float>) / sizeof(float)));
}

}  // namespace krait::experiment
