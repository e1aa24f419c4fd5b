// krait/experiment/noise_in_context_learner.hpp: one model with one seed: its pretraining with series of examples, and
// what it answers behind examples.
#pragma once
#include <algorithm>
#include <krait/experiment/judge.hpp>
#include <krait/experiment/shown_examples.hpp>
#include <krait/experiment/three_phase_model.hpp>
#include <krait/objective/cross_entropy.hpp>
#include <krait/train/generate.hpp>
#include <numeric>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace krait::experiment {
namespace detail {
template <class Named> inline constexpr bool noise_met = requires { requires Named::noise_met; };
}  // namespace detail

/// Study: an experiment::noise_in_context, for its policies.
template <class Study, class Backend, class Named>
class noise_in_context_learner : three_phase_model<Study, Backend, Named> {
  using base = three_phase_model<Study, Backend, Named>;
  using base::config, base::context_, base::plan_, base::seed_, base::who_, base::set_of_, base::texts_, base::model_;
  using typename base::asking, typename base::text_set, typename base::trainer;
  using noises = typename Study::noises;

 public:
  noise_in_context_learner(program::run_context& context, const three_phase_plan& plan, std::uint64_t seed)
      : base(context, plan, seed), answers_(model_) {
    for (std::size_t i = 0; i < set_of_.size(); ++i)
      if (set_of_[i] == 0) pool_.push_back(i);
    this->more_ = series();
    // What does not fit is told now, not after the training.
    noises::for_each([&, place = std::size_t{0}]<class Noise>(std::type_identity<Noise>) mutable {
      asked(texts_.noised[place].pairs, texts_.noised[place].pairs), ++place;
    });
  }

  void operator()() {
    this->pretrain();
    const std::string leg = who_ + "-asked";
    context_.legs.run({{leg, 1, [&](std::vector<studies::measurement>& found) { ask(found); }}}, 1, context_.shown);
  }

 private:
  using pairs = std::vector<data::question_answer>;

  /// Questions that are trained on behind others, all with their clean answers or all with those of one noise.
  pairs series() const {
    pairs all;
    for (int copy = 0; copy < config.series; ++copy)
      for (const std::size_t i : pool_) {
        const draw at{seed_, stream("series"), i * 1000 + static_cast<std::size_t>(copy)};
        const pairs* from = &texts_.clean.pairs;
        if (detail::noise_met<Named> && noises::size > 0 && uniform(at.within(0)) < .5)
          from = &texts_.noised[bits(at.within(1)) % noises::size].pairs;
        const auto count = 1 + bits(at.within(2)) % (2 * static_cast<std::size_t>(config.shots));
        auto places = drawn_examples(pool_, count, i, at.within(3));
        pair_behind(*from, *from, i, places, all);
      }
    return all;
  }
  /// Adds pair i of `of` behind examples of `from`, as many of them as fit.
  void pair_behind(const pairs& from, const pairs& of, std::size_t i, std::vector<std::size_t> places,
                   pairs& to) const {
    for (;; places.pop_back()) {
      auto whole = behind_examples(of[i], at_places(from, places));
      if (places.empty() ||
          data::encode(whole, texts_.clean.tokens).length() <= static_cast<std::size_t>(config.length)) {
        to.push_back(std::move(whole));
        return;
      }
    }
  }
  /// All pairs of `of` behind `shots` examples of `from`; of none where that is empty. Throws data_error where one is
  /// too long.
  text_set asked(const pairs& from, const pairs& of) const {
    pairs all;
    for (std::size_t i = 0; i < of.size(); ++i)
      all.push_back(behind_examples(
          of[i], from.empty() ? pairs{}
                              : at_places(from, drawn_examples(pool_, static_cast<std::size_t>(config.shots), i,
                                                               {seed_, stream("examples"), i}))));
    return texts_.set_of(std::move(all));
  }

  void ask(std::vector<studies::measurement>& found) {
    const auto& clean = texts_.clean.pairs;
    std::size_t place = 0;
    struct shown {
      const char* examples;
      const pairs* from;
    };
    noises::for_each([&]<class Noise>(std::type_identity<Noise>) {
      const auto& noisy = texts_.noised[place++].pairs;
      const pairs none;
      for (const auto& [examples, from] : {shown{"none", &none}, shown{"clean", &clean}, shown{"noised", &noisy}}) {
        const text_set of_clean = asked(*from, clean), of_noisy = asked(*from, noisy);
        const auto likely = train::likelihoods(model_, of_clean), of_noised = train::likelihoods(model_, of_noisy);
        const auto given = answers_(of_clean, longest(of_clean, of_noisy));
        const studies::labels at = {{"model", Named::name}, {"noise", Noise::name}, {"examples", examples}};
        const auto add = [&](studies::labels where, const char* quantity, double value) {
          found.push_back({std::move(where), seed_, 0, quantity, value});
        };
        judge_likely(asking::sets, set_of_, likely, undone<Noise> ? of_noised : likely, at, add);
        // The answers are to be un-flipped, as those of phase 2.
        judge<Noise, typename Study::metrics>(asking::sets, set_of_, clean, noisy, given, at, 2, add);
        each_set(asking::sets, set_of_, [&](std::string_view set, const std::vector<std::size_t>& members) {
          add(studies::with(at, {"asked", set}), "likelihood of noised",
              mean_of(members, [&](std::size_t i) { return of_noised[i].per_token(); }));
        });
      }
    });
  }
  static std::size_t longest(const text_set& one, const text_set& other) {
    double most = 1;
    for (const text_set* set : {&one, &other})
      for (const auto& pair : set->encoded)
        most = std::max(most, 2 * std::accumulate(pair.mask.begin(), pair.mask.end(), -1.0));
    return static_cast<std::size_t>(most);
  }

  train::answerer<trainer, config.length> answers_;
  std::vector<std::size_t> pool_;  // the pairs that are trained on
};

}  // namespace krait::experiment
