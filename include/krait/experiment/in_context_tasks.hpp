// krait/experiment/in_context_tasks.hpp: several tasks in one study and on one page, each with its own training.
#pragma once
#include <algorithm>
#include <array>
#include <krait/core/policy_list.hpp>
#include <krait/experiment/in_context.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace krait::experiment {
namespace detail {
template <class First, class Other> constexpr bool same_names() {
  if constexpr (First::models::size == Other::models::size)
    return First::models::names == Other::models::names;
  else
    return false;
}
/// Models of tasks side by side differ in width and length alone, and bear the same names.
template <class First, class Other> struct same_models {
  static_assert(same_names<First, Other>(),
                "in_context_tasks: the models of First and Other have other names; give every task the same names, in "
                "the same order");
  static constexpr bool value = true;
};
}  // namespace detail

/// Studies: experiment::in_context, a task each, whose own pages are not looked at. What they measure has the label
/// `task` besides; the group "end" of the examples is "end of TASK", and facts of a task begin with "TASK: ". Weights
/// are not kept. With --quick there are three steps and 16 test prompts.
template <class Page, class First, class... Others> class in_context_tasks {
 public:
  using page = Page;
  static constexpr const char* unit = "prompts";
  static constexpr bool on_device = First::on_device;
  static constexpr program::setting_option settings[2] = {program::learning_rate, program::batch_size};
  static_assert((detail::same_models<First, Others>::value && ...));
  static constexpr std::array<std::string_view, 1 + sizeof...(Others)> tasks{First::task_type::name,
                                                                             Others::task_type::name...};
  static_assert(krait::detail::find_twins<tasks.size()>(tasks).first == tasks.size(),
                "in_context_tasks: two tasks are called the same, and would share a row; give one another name with "
                "renamed<\"other\", Task>");

  explicit in_context_tasks(program::options& o)
      : of_(First(o, seat::one_of_several), Others(o, seat::one_of_several)...), seeds_(o.seeds) {}

  long steps() const {
    long all = 0;
    each([&](const auto& one) { all += one.steps(); });
    return all;
  }
  void describe(studies::record& to) const {
    std::vector<std::string> models(First::models::names.begin(), First::models::names.end());
    int points = 0;
    each([&]<class Study>(const Study&) {
      points = std::max(points, Study::task_type::points);
      Study::baselines::for_each([&]<class B>(std::type_identity<B>) {
        if (std::ranges::find(models, B::name) == models.end()) models.emplace_back(B::name);
      });
    });
    to.declare_label("task", {tasks.begin(), tasks.end()});
    to.declare_label("model", models);
    to.declare_group("model", "trained", {First::models::names.begin(), First::models::names.end()});
    declare_kinds<typename First::models>(to);
    to.declare_levels("examples", detail::first_numbers(points));
    for (const char* name : {"error", "error_low", "error_high"}) to.declare(name, {"task", "model", "examples"});
    to.declare("loss", {"task", "model"});
    each([&](const auto& one) { one.describe_task(to); });
    std::get<0>(of_).describe_training(to);
  }
  /// All tasks with a seed before the next seed begins.
  void measure(program::run_context& context) {
    for (int i = 0; i < seeds_; ++i) each([&](auto& one) { one.measure_seed(context, i); });
  }

 private:
  template <class F> void each(F&& f) const {
    std::apply([&](const auto&... one) { (f(one), ...); }, of_);
  }
  template <class F> void each(F&& f) {
    std::apply([&](auto&... one) { (f(one), ...); }, of_);
  }
  std::tuple<First, Others...> of_;
  int seeds_;
};

}  // namespace krait::experiment
