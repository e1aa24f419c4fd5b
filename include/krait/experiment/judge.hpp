// krait/experiment/judge.hpp: what a model of a study with noise answers, judged as it is given and after the noise is
// undone, for each set of questions by itself: of likelihoods at every look, of the answers themselves after a phase.
#pragma once
#include <cstddef>
#include <cstdint>
#include <krait/core/random.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/noise/noise.hpp>
#include <krait/report/result.hpp>
#include <krait/statistics/bootstrap.hpp>
#include <krait/study/record.hpp>
#include <krait/train/batch/text.hpp>
#include <krait/train/likelihood.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::experiment {

/// What the functions below add, for a study's describe().
inline void declare_judgements(studies::record& to) {
  for (const char* name :
       {"exact", "right", "likelihood", "preferred", "clean", "noisy", "pattern", "kept_low", "kept_high"})
    to.declare(name, {"model", "noise", "phase", "asked"});
  for (const char* name : {"metric", "undone metric"}) to.declare(name, {"model", "noise", "phase", "asked", "metric"});
}

/// Whether an answer is right that is the noised truth, for a noise that a text can be taken back from; a wrong answer
/// (noise::counterfactual, noise::irrelevant) stays wrong, and there the truth itself is right.
template <class Noise> inline constexpr bool undone = noise::text_noise<Noise>;

/// f(set's name, its pairs) for every set of questions. set_of: the number of each pair's.
template <class Sets, class F> void each_set(const Sets& sets, std::span<const int> set_of, F&& f) {
  for (std::size_t set = 0; set < sets.size(); ++set) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < set_of.size(); ++i)
      if (set_of[i] == static_cast<int>(set)) members.push_back(i);
    f(sets[set], std::as_const(members));
  }
}
/// The mean of f(pair) over some pairs; unknown of none.
template <class F> double mean_of(std::span<const std::size_t> members, F&& f) {
  double sum = 0;
  for (const std::size_t i : members) sum += f(i);
  return members.empty() ? report::unknown : sum / static_cast<double>(members.size());
}

/// Calls add(labels, quantity, value) for every set:
///   exact        exactly the clean answer would be given
///   right        in phase 2 the answer that is right after the noise is undone (`undone`), in the others exact
///   likelihood   log-probability of the clean answer a token, in nats
/// clean: of the clean answers; right: of the right ones.
template <class Sets, class Add>
void judge_likely(const Sets& sets, std::span<const int> set_of, std::span<const train::likelihood> clean,
                  std::span<const train::likelihood> right, const studies::labels& at, Add&& add) {
  each_set(sets, set_of, [&](std::string_view set, const std::vector<std::size_t>& members) {
    const studies::labels here = studies::with(at, {"asked", set});
    add(here, "exact", mean_of(members, [&](std::size_t i) { return clean[i].greedy; }));
    add(here, "right", mean_of(members, [&](std::size_t i) { return right[i].greedy; }));
    add(here, "likelihood", mean_of(members, [&](std::size_t i) { return clean[i].per_token(); }));
  });
}
/// preferred: the share of the questions whose clean answer is likelier, a token, than a wrong one of the same kind; of
/// a model that knows nothing, one half.
template <class Sets, class Add>
void judge_preferred(const Sets& sets, std::span<const int> set_of, std::span<const train::likelihood> clean,
                     std::span<const train::likelihood> wrong, const studies::labels& at, Add&& add) {
  each_set(sets, set_of, [&](std::string_view set, const std::vector<std::size_t>& members) {
    add(studies::with(at, {"asked", set}), "preferred",
        mean_of(members, [&](std::size_t i) { return clean[i].per_token() > wrong[i].per_token(); }));
  });
}
/// kept_low, kept_high: the interval that holds 90 % of the bootstrap, over the set's questions, of the right answers
/// after a phase in terms of those before it.
template <class Sets, class Add>
void judge_kept(const Sets& sets, std::span<const int> set_of, std::span<const train::likelihood> before,
                std::span<const train::likelihood> after, draw from, const studies::labels& at, Add&& add) {
  std::uint64_t number = 0;
  each_set(sets, set_of, [&](std::string_view set, const std::vector<std::size_t>& members) {
    const auto ends =
        statistics::bootstrap(members.size(), from.with_index(number++), [&](std::span<const std::size_t> chosen) {
          double was = 0, is = 0;
          for (const std::size_t c : chosen) was += before[members[c]].greedy, is += after[members[c]].greedy;
          return was > 0 ? is / was : report::unknown;
        });
    add(studies::with(at, {"asked", set}), "kept_low", ends.low);
    add(studies::with(at, {"asked", set}), "kept_high", ends.high);
  });
}

/// Likewise, of the answers that were given, pair by pair:
///   clean, noisy    exactly the clean or the noised answer, of the pairs whose answer the noise changes
///   pattern         in the noise's pattern, of those
///   metric          each of Metrics; undone metric: of the answers after Noise::invert, where there is one
/// Nothing that could be judged gives NaN. noisy: the noised pairs.
template <class Noise, class Metrics, class Sets, class Add>
void judge(const Sets& sets, std::span<const int> set_of, std::span<const data::question_answer> clean,
           std::span<const data::question_answer> noisy, std::span<const std::string> given, const studies::labels& at,
           int phase, Add&& add) {
  each_set(sets, set_of, [&](std::string_view set, const std::vector<std::size_t>& members) {
    metric::exact_match changed, flipped;
    metric::noise_pattern<Noise> pattern;
    Metrics more, undone_more;
    for (const std::size_t i : members) {
      const data::question_answer& pair = clean[i];
      const auto &truth = pair.answer, &noised = noisy[i].answer;
      more.add(pair.question, given[i], {pair.answer, pair.others});
      if constexpr (noise::invertible_noise<Noise>)
        undone_more.add(pair.question, phase == 2 ? Noise::invert(given[i]) : given[i], {pair.answer, pair.others});
      if (noised == truth) continue;
      changed.add(given[i], truth);
      flipped.add(given[i], noised);
      pattern.add(given[i], truth);
    }
    const auto share = [](const metric::exact_match& of) { return of.answers > 0 ? of.value() : report::unknown; };
    const studies::labels here = studies::with(at, {"asked", set});
    add(here, "clean", share(changed));
    add(here, "noisy", share(flipped));
    add(here, "pattern", pattern.share().value_or(report::unknown));
    for (const auto& one : more.values()) add(studies::with(here, {"metric", one.name}), "metric", one.value);
    if constexpr (noise::invertible_noise<Noise>)
      for (const auto& one : undone_more.values())
        add(studies::with(here, {"metric", one.name}), "undone metric", one.value);
  });
}

}  // namespace krait::experiment
