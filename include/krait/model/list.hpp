// krait/model/list.hpp: models side by side under names, for studies that compare them.
#pragma once
#include <cstddef>
#include <krait/core/fixed_string.hpp>
#include <krait/core/policy_list.hpp>

namespace krait::model {

/// A model under the name that tables, plots and checkpoints give it.
template <fixed_string<> Name, class Model> struct named : renamed<Name, Model> { using model = Model; };

/// Another named model, pretrained as that one is, whose weights a study then keeps in a precision of its own
/// (optim/precision.hpp).
template <fixed_string<> Name, class Read, class Precision> struct kept_in : named<Name, typename Read::model> {
  using read_as = Read;
  using precision = Precision;
};

namespace detail {
struct list_rules {
  template <class Model> static constexpr bool takes = requires { typename Model::model; };

  template <std::size_t Place, class Model> struct nameless {
    static_assert(has_name<Model>,
                  "model::list: member Place (Model) has no name; write model::named<\"mamba\", Model>");
  };
  template <std::size_t Place, class Model> struct misfit {
    static_assert(takes<Model>,
                  "model::list: member Place (Model) is no model under a name; write model::named<\"mamba\", Model>");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second,
                  "model::list: members First and Second (places from 0) are both called Name, and would share a "
                  "column and a checkpoint; give one another name in model::named");
  };
};
}  // namespace detail

/// Models under names of their own that a study runs through in turn; at least one.
template <class... Named>
requires(sizeof...(Named) > 0 && policies_fit<detail::list_rules, Named...>()) struct list : policy_list<Named...> {
};

}  // namespace krait::model
