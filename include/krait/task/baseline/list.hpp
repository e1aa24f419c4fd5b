// krait/task/baseline/list.hpp: baselines side by side, for studies that show them beside models.
#pragma once
#include <cstddef>
#include <krait/core/fixed_string.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/task/task.hpp>

namespace krait::task::baseline {
namespace detail {
struct list_rules {
  template <class Baseline> static constexpr bool takes = prompt_baseline<Baseline>;

  template <std::size_t Place, class Baseline> struct nameless {
    static_assert(has_name<Baseline>,
                  "baseline::list: member Place (Baseline) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Baseline> struct misfit {
    static_assert(
        prompt_baseline<Baseline>,
        "baseline::list: member Place (Baseline) needs 'static double predict(const float* x, const float* y, "
        "int examples, int dimensions)'");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second,
                  "baseline::list: members First and Second (places from 0) are both called Name; give one another "
                  "name, as in baseline::named<\"ridge 0.1\", Baseline>");
  };
};
}  // namespace detail

/// A baseline under another name, for lists with the same baseline at several settings.
template <fixed_string<> Name, class Baseline> struct named : renamed<Name, Baseline> {};

/// Baselines under names of their own.
template <class... Baselines>
requires(policies_fit<detail::list_rules, Baselines...>()) struct list : policy_list<Baselines...> {
};

}  // namespace krait::task::baseline
