// krait/model/list.hpp: models side by side under names, for studies that compare them.
#pragma once
#include <array>
#include <cstddef>
#include <krait/core/fixed_string.hpp>
#include <string_view>
#include <type_traits>

namespace krait::model {

/// A model under the name that tables, plots and checkpoints give it.
template <fixed_string<> Name, class Model> struct named : Model {
  static constexpr auto text = Name;
  static constexpr std::string_view name = text.view();
  using model = Model;
};

/// Models that a study runs through in turn.
template <class... Named>
requires(sizeof...(Named) > 0) struct list {
  static constexpr std::size_t size = sizeof...(Named);
  static constexpr std::array<std::string_view, size> names{Named::name...};
  /// f(std::type_identity<Named>{}) for each in order.
  template <class F> static void for_each(F&& f) { (f(std::type_identity<Named>{}), ...); }
};

}  // namespace krait::model
