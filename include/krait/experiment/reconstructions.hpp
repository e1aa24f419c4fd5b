// krait/experiment/reconstructions.hpp: what is asked of a trained decoder, whatever its model, and lists of measures
// that ask it.
#pragma once
#include <concepts>
#include <cstddef>
#include <functional>
#include <krait/core/layer_states.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/experiment/reconstruction_measures.hpp>
#include <krait/experiment/reconstruction_plan.hpp>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace krait::experiment {

/// A model with one seed, when its decoder has been trained.
class reconstructions {
 public:
  /// control: of the state, or start::random_encoder, or start::unconditional; alone: what the unconditional decoder
  /// makes of the same texts.
  using telling = std::function<void(std::string_view control, const rebuilt& found, const rebuilt& alone)>;
  enum class encoder { trained, random };

  virtual ~reconstructions() = default;
  virtual std::string_view model() const = 0;
  /// What is made of texts, none longer than the study's longest, from the state as it is and from those of the
  /// controls that are wanted; all of them if none is named.
  virtual void write(const train::chunks& of, const std::vector<std::string_view>& wanted, const telling& tell) = 0;
  /// The numbers of the state, or of a part of it, that the encoder is in after each text: a row a text, all of the
  /// same size.
  virtual std::vector<float> read(const train::chunks& of, encoder by, state_part part) = 0;
  /// Nats that each token of the texts costs the encoder, which reads them as running text: [s * length + t], NaN for
  /// the first tokens. Empty where nobody knows.
  virtual std::vector<double> surprise(const train::chunks&) { return {}; }
  std::vector<float> read(const train::chunks& of, encoder by) { return read(of, by, state_part::whole); }
};

/// The label of measures that go back from the end of a text: 1, 2, 4, ... tokens.
inline void declare_back(studies::record& to, const reconstruction_plan& plan) {
  if (to.has_label("back")) return;  // another measure's
  std::vector<std::string> back;
  for (int b = 1; b <= plan.lengths.back(); b *= 2) back.push_back(studies::level(b));
  to.declare_label("back", back);
}

namespace detail {
struct measure_rules {
  template <class Measure>
  static constexpr bool takes = std::constructible_from<Measure, const reconstruction_plan&>&& requires(
      const Measure& m, studies::record& r, reconstructions& by, const measuring& to, int length) {
    m.describe(r);
    m.measure(by, to, length);
  };
  template <std::size_t Place, class Measure> struct nameless {
    static_assert(has_name<Measure>, "measures: member Place (Measure) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Measure> struct misfit {
    static_assert(takes<Measure>,
                  "measures: member Place (Measure) needs a constructor from a reconstruction_plan, "
                  "'describe(studies::record&) const' and 'measure(reconstructions&, const measuring&, int length) "
                  "const'");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second, "measures: members First and Second (places from 0) are both called Name");
  };
};
}  // namespace detail

/// What a study asks of its decoders: types with a name and
///   Measure(const reconstruction_plan&)                   reads its own data; the plan outlives it
///   describe(studies::record&) const                      its labels, quantities, facts
///   measure(reconstructions&, const measuring&, int length) const     at each of the study's lengths
template <class... Measures>
requires(sizeof...(Measures) > 0 && policies_fit<detail::measure_rules, Measures...>()) struct measures
    : policy_list<Measures...> {
  using all = std::tuple<Measures...>;
  static all of(const reconstruction_plan& plan) { return all(Measures(plan)...); }
};

}  // namespace krait::experiment
