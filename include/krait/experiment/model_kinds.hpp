// krait/experiment/model_kinds.hpp: which of a study's models carry a state and which look back, for pages that compare
// the two kinds whatever the models are called.
#pragma once
#include <krait/core/rows.hpp>
#include <krait/study/record.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// Declares the label model's groups: "recurrent", models whose state is as large for a long text as for a short one (a
/// Mamba), and "attention", those whose state grows with the text (a transformer, a hybrid).
template <class Models> void declare_kinds(studies::record& to) {
  std::vector<std::string> recurrent, attention;
  Models::for_each([&](auto named) {
    using model = typename decltype(named)::type::model;
    constexpr bool constant = sizeof(typename model::template state<float, capacity{1, 1}>) ==
                              sizeof(typename model::template state<float, capacity{1, 2}>);
    (constant ? recurrent : attention).emplace_back(decltype(named)::type::name);
  });
  to.declare_group("model", "recurrent", std::move(recurrent));
  to.declare_group("model", "attention", std::move(attention));
}

}  // namespace krait::experiment
