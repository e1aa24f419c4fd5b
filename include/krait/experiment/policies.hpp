// krait/experiment/policies.hpp: what studies ask of the policies that they are made of: whatever stands in the place
// of another is told so in one sentence at the user's line. For the requires-clause of a study: core/checks.hpp.
#pragma once
#include <concepts>
#include <filesystem>
#include <krait/core/checks.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/data/question_answer.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/metric/metric.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/noise.hpp>
#include <krait/optim/optimizer.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/study/exhibit_types.hpp>
#include <krait/task/baseline/list.hpp>
#include <krait/task/numbers.hpp>
#include <krait/task/task.hpp>
#include <string_view>
#include <type_traits>
#include <vector>

/// Given: what the user has written in that place.
namespace krait::experiment::takes {

namespace detail {
/// Weights that put something out. A layer, say a mamba without embedding and head, is no model.
template <class M>
concept whole_model = requires {
  { M::out } -> std::convertible_to<int>;
  typename M::template weights<float>;
}
&&!layer<M>;
template <class... Named>
std::bool_constant<(whole_model<typename Named::model> && ...)> whole_models(const policy_list<Named...>*);
}  // namespace detail

/// Named models, whatever they are.
template <class Given> struct models {
  static constexpr bool fits = list_of<Given, model::detail::list_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its models stand is Given, which is no list of models; write "
                  "model::list<model::named<\"mamba\", Model>, ...>, for one model too");
  };
};
/// Models with embedding or read-in, layers, norm and head.
template <class Given> struct whole_models {
  static constexpr bool fits = requires(const Given* list) { requires decltype(detail::whole_models(list))::value; };
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: one of its models, Given, is none: a layer becomes one within model::language_model or "
                  "model::vector_model");
  };
};
template <class Given> struct optimizer {
  static constexpr bool fits = krait::optimizer<Given>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its optimiser stands is Given, which is none; write optim::adamw<> or optim::sgd<>");
  };
};
template <class Given> struct schedule {
  static constexpr bool fits = schedule_policy<Given>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its schedule stands is Given, which has no 'static double factor(long step, long "
                  "steps)'; write schedule::constant<> or schedule::cosine<>");
  };
};
template <class Given> struct page {
  static constexpr bool fits = requires(const studies::record& of) {
    { Given::of(of) } -> std::same_as<studies::exhibits>;
  };
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its page stands is Given, which has no 'static studies::exhibits of(const "
                  "studies::record&)'; write studies::plain, or a page of krait::paper");
  };
};
template <class Given> struct precision {
  static constexpr bool fits = requires {
    typename Given::master;
    typename Given::compute;
    { Given::name } -> std::convertible_to<std::string_view>;
  };
  template <bool Fits> struct sentence {
    static_assert(Fits, "study: where its precision stands is Given, which is none; write optim::fp32");
  };
};

/// Questions with answers.
template <class Given> struct pairs {
  static constexpr bool fits = requires(const std::filesystem::path& folder) {
    requires std::derived_from<typename decltype(Given::load(folder))::value_type, data::question_answer>;
  };
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its data stand is Given, which has no 'static std::vector<data::question_answer> "
                  "load(const std::filesystem::path& folder)'; write data::facts<> or one like it");
  };
};
template <class Given> struct noises {
  static constexpr bool fits = list_of<Given, noise::detail::list_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its noises stand is Given, which is no list of noises; write "
                  "noise::list<noise::charflip<>, ...>, for one noise too");
  };
};
template <class Given> struct metrics {
  static constexpr bool fits = list_of<Given, metric::detail::list_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its metrics stand is Given, which is no list of metrics; write "
                  "metric::list<metric::exact_match, ...>, for one metric too");
  };
};
template <class Given> struct asking {
  static constexpr bool fits = experiment::asking<Given>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where it says what is asked stands Given, which has not 'sets', 'every' and 'set_of'; write "
                  "experiment::ask_all<> or experiment::ask_held_out<>");
  };
};

namespace detail {
/// A task's function, and a type without members where there is none: clang 14 takes a `typename T::function` among the
/// parameters of a requires-expression for an error of the program.
template <class T> struct function_of {
  struct type {};
};
template <class T>
requires requires { typename T::function; }
struct function_of<T> {
  using type = typename T::function;
};

/// What a task's prompts are drawn by, one by one: task/task.hpp and task/functions.hpp.
template <class T> struct task_members {
  using function_type = typename function_of<T>::type;
  using draw = krait::draw;
  using extent = krait::task::extent;
  static constexpr bool points = requires {
    { T::points } -> std::convertible_to<int>;
  };
  static constexpr bool of_functions = requires { typename T::inputs_type; };
  static constexpr bool of_tokens = requires { T::vocabulary; };
  static constexpr bool of_sequences = !of_tokens && requires {
    T::inputs;
    T::outputs;
  };
  static constexpr bool draws = requires { typename T::batch; }
  || krait::task::prompt_task<T> || krait::task::sequence_task<T> || krait::task::token_task<T>;
  // Of functions.
  static constexpr bool function = requires {
    typename T::function;
    { T::function_numbers } -> std::convertible_to<int>;
  };
  static constexpr bool draw_function =
      requires(const krait::task::prompt_numbers& numbers, extent e, function_type& f) {
    T::draw_function(numbers, e, f);
  };
  static constexpr bool value = requires(const function_type& f, const float* x) {
    { T::value(f, x) } -> std::convertible_to<float>;
  };
  // Of sequences and tokens.
  static constexpr bool sizes = requires(extent e) {
    { T::tokens } -> std::convertible_to<int>;
    { T::length(e) } -> std::same_as<int>;
    { T::question(1) } -> std::same_as<int>;
  };
  static constexpr bool weight = requires(draw at, std::uint64_t prompt, extent e) {
    { T::weight(at, prompt, e) } -> std::convertible_to<double>;
  };
  static constexpr bool fits = has_name<T> && points && (of_functions ? function && draw_function && value : draws);
};
}  // namespace detail

/// A task of functions in context, of vectors or of tokens.
template <class Given> struct task {
  using has = detail::task_members<Given>;
  static constexpr bool fits = has::fits;
  template <bool Fits> struct sentence {
    static constexpr bool named = has_name<Given> && has::points, written = has::of_tokens || has::of_sequences;
    static_assert(named,
                  "study: where its task stands is Given, which has not 'name' and 'points'; write "
                  "task::linear_regression<> or one like it");
    static_assert(!named || !has::of_functions || has::function,
                  "study: its task Given needs 'struct function' and 'static constexpr int function_numbers', as "
                  "task/linear_regression.hpp shows");
    static_assert(
        !named || !has::of_functions || !has::function || has::draw_function,
        "study: its task Given needs 'static void draw_function(const prompt_numbers&, extent, function&)', as "
        "task/linear_regression.hpp shows");
    static_assert(!named || !has::of_functions || !has::function || has::value,
                  "study: its task Given needs 'static float value(const function&, const float* x)', as "
                  "task/linear_regression.hpp shows");
    static_assert(!named || has::draws || has::of_functions || !written || has::sizes,
                  "study: its task Given needs 'static constexpr int tokens', 'static int length(extent)' and 'static "
                  "int question(int token)', as task/task.hpp says");
    static_assert(!named || has::draws || has::of_functions || !written || has::weight,
                  "study: its task Given needs 'static double weight(draw, std::uint64_t prompt, extent)', as "
                  "task/task.hpp says");
    static_assert(
        !named || has::draws || has::of_functions || !written || !has::sizes || !has::weight,
        "study: its task Given has no 'static void write(draw, std::uint64_t prompt, extent, ...)' that fits, "
        "as task/task.hpp says: of tokens (id, target, weight), of vectors (x, target, weight)");
    static_assert(!named || has::draws || has::of_functions || written,
                  "study: its task Given needs 'static constexpr int dimensions' and 'static void sample(draw, "
                  "std::uint64_t prompt, extent, float* x, float* y)', as task/task.hpp says");
  };
};
/// A task of labelled examples, which the outlier studies draw from in ways of their own.
template <class Given> struct outlier_task {
  static constexpr bool fits = has_name<Given> && detail::task_members<Given>::points;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its task stands is Given, which has not 'name' and 'points'; write "
                  "task::outlier_classification<> or one like it");
  };
};
template <class Given> struct baselines {
  static constexpr bool fits = list_of<Given, krait::task::baseline::detail::list_rules>;
  template <bool Fits> struct sentence {
    static_assert(Fits,
                  "study: where its baselines stand is Given, which is no list of baselines; write "
                  "task::baseline::list<task::baseline::zero, ...>, and an empty list for none");
  };
};

}  // namespace krait::experiment::takes
