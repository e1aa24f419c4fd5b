// krait/experiment/in_context_tasks.hpp: several tasks in one study and on one page, each with its own training.
#pragma once
#include <algorithm>
#include <krait/experiment/in_context.hpp>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace krait::experiment {
namespace detail {
/// Models of tasks side by side differ in width and length alone, and bear the same names.
template <class First, class Other> struct same_models {
  static constexpr bool equal = [] {
    if constexpr (First::models::size == Other::models::size) return First::models::names == Other::models::names;
    return false;
  }();
  static_assert(equal,
                "in_context_tasks: the models of First and Other have other names; give every task the same names, in "
                "the same order");
  static constexpr bool value = true;
};
template <class First, class Other> struct other_task {
  static_assert(std::is_same_v<First, Other> || First::task_type::name != Other::task_type::name,
                "in_context_tasks: First and Other have tasks of one name, and would share a row");
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
  static_assert((detail::same_models<First, Others>::value && ...));
  static_assert([]<class... S>(std::type_identity<std::tuple<S...>>) {
    const auto differs_from_all = []<class One>(std::type_identity<One>) {
      return (detail::other_task<One, S>::value && ...);
    };
    return (differs_from_all(std::type_identity<S>{}) && ...);
  }(std::type_identity<std::tuple<First, Others...>>{}));

  explicit in_context_tasks(program::options& o)
      : of_(First(o, seat::one_of_several), Others(o, seat::one_of_several)...), seeds_(o.seeds) {}

  long steps() const {
    long all = 0;
    each([&](const auto& one) { all += one.steps(); });
    return all;
  }
  void describe(studies::record& to) const {
    std::vector<std::string> tasks, models(First::models::names.begin(), First::models::names.end());
    int points = 0;
    each([&]<class Study>(const Study&) {
      tasks.emplace_back(Study::task_type::name);
      points = std::max(points, Study::task_type::points);
      Study::baselines::for_each([&]<class B>(std::type_identity<B>) {
        if (std::ranges::find(models, B::name) == models.end()) models.emplace_back(B::name);
      });
    });
    to.declare_label("task", tasks);
    to.declare_label("model", models);
    to.declare_group("model", "trained", {First::models::names.begin(), First::models::names.end()});
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
