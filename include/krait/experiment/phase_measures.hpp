// krait/experiment/phase_measures.hpp: what may be asked of the models of a noise study at its turns, beside their
// answers, and lists of measures that ask it.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <krait/core/policy_list.hpp>
#include <krait/experiment/measuring.hpp>
#include <krait/experiment/three_phase_plan.hpp>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace krait::experiment {

/// Where the weights of a noise study are looked at, in this order.
struct turn {
  static constexpr std::string_view untrained = "untrained", pretrained = "before P1", learnt = "P1", noisy = "P2",
                                    relearnt = "P3";
  std::string_view name, noise;  // noise: of P2 and P3; empty where all noises share the turn
};

/// How far a text is read: the question alone; with what the clean answers of its kind have in common at their
/// beginning ("The capital is "); with the model's own answer.
enum class reach { question, beginning, answer };

/// Numbers, a row for each pair of the study; none where the model has no such.
struct held_rows {
  std::vector<float> values = {};
  std::size_t width = 0;
};
/// What a model holds behind a text: the recurrent state of all its layers, where that is of one size for every text;
/// and what its last layer puts out at the last token, before norm and head.
struct held {
  held_rows state, hidden;
};

/// A model with one seed, when all its phases are through.
class phase_models {
 public:
  virtual ~phase_models() = default;
  virtual std::string_view model() const = 0;
  virtual std::vector<turn> turns() const = 0;
  virtual std::span<const std::string_view> noises() const = 0;
  /// The names of the sets that are asked, and the one that each pair stands in.
  virtual std::span<const std::string_view> sets() const = 0;
  virtual std::span<const int> set_of() const = 0;
  virtual const std::vector<data::question_answer>& clean() const = 0;
  virtual const std::vector<data::question_answer>& noisy(std::string_view noise) const = 0;
  /// Takes the weights of a turn.
  virtual void go_to(const turn& where) = 0;
  /// With the weights taken last.
  virtual held read(reach to) = 0;
};

namespace detail {
struct phase_measure_rules {
  template <class Measure>
  static constexpr bool takes = std::constructible_from<Measure, const three_phase_plan&>&& requires(
      const Measure& m, studies::record& r, phase_models& by, const measuring& to) {
    m.describe(r);
    m.measure(by, to);
  };
  template <std::size_t Place, class Measure> struct nameless {
    static_assert(has_name<Measure>,
                  "phase_measures: member Place (Measure) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Measure> struct misfit {
    static_assert(takes<Measure>,
                  "phase_measures: member Place (Measure) needs a constructor from a three_phase_plan, "
                  "'describe(studies::record&) const' and 'measure(phase_models&, const measuring&) const'");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second, "phase_measures: members First and Second (places from 0) are both called Name");
  };
};
}  // namespace detail

/// What a noise study measures besides answers; types with a name and
///   Measure(const three_phase_plan&)
///   describe(studies::record&) const                      its labels, quantities, facts; the study's stand already
///   measure(phase_models&, const measuring&) const        of each model and seed
template <class... Measures>
requires(policies_fit<detail::phase_measure_rules, Measures...>()) struct phase_measures : policy_list<Measures...> {
  using all = std::tuple<Measures...>;
  static all of(const three_phase_plan& plan) { return all(Measures(plan)...); }
};

}  // namespace krait::experiment
