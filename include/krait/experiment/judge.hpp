// krait/experiment/judge.hpp: answers of a study with noise, judged as they are given and after the noise is undone,
// for each set of questions by itself.
#pragma once
#include <cstddef>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>
#include <krait/metric/noise_pattern.hpp>
#include <krait/noise/noise.hpp>
#include <krait/report/result.hpp>
#include <krait/study/record.hpp>
#include <krait/train/batch/text.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment {

/// What judge() adds, for a study's describe().
inline void declare_judgements(studies::record& to) {
  for (const char* name : {"exact", "right", "clean", "noisy", "pattern"})
    to.declare(name, {"model", "noise", "phase", "asked"});
  for (const char* name : {"metric", "undone metric"}) to.declare(name, {"model", "noise", "phase", "asked", "metric"});
}

/// Calls add(labels, quantity, value) for every set of `sets` (set_of: the number of each pair's):
///   exact           exactly the clean answer, of all pairs of the set
///   right           the same after the noise is undone, in phase 2: exactly the noised answer; in the others: exact
///   clean, noisy    exactly the clean or the noised answer, of the pairs whose answer the noise changes
///   pattern         in the noise's pattern, of those
///   metric          each of Metrics; undone metric: of the answers after Noise::invert, where there is one
/// Nothing that could be judged gives NaN. noisy: the noised pairs; given: the answers, pair by pair.
template <class Noise, class Metrics, class Set, class Sets, class Add>
void judge(const Sets& sets, std::span<const int> set_of, const Set& clean, const Set& noisy,
           std::span<const std::string> given, const studies::labels& at, int phase, Add&& add) {
  for (std::size_t set = 0; set < sets.size(); ++set) {
    metric::exact_match all, right, changed, flipped;
    metric::noise_pattern<Noise> pattern;
    Metrics more, undone_more;
    for (std::size_t i = 0; i < clean.size(); ++i) {
      if (set_of[i] != static_cast<int>(set)) continue;
      const data::question_answer& pair = clean.pairs[i];
      const auto &truth = pair.answer, &noised = noisy.pairs[i].answer;
      all.add(given[i], truth);
      right.add(given[i], phase == 2 ? noised : truth);
      more.add(pair.question, given[i], {pair.answer, pair.others});
      if constexpr (noise::invertible_noise<Noise>)
        undone_more.add(pair.question, phase == 2 ? Noise::invert(given[i]) : given[i], {pair.answer, pair.others});
      if (noised == truth) continue;
      changed.add(given[i], truth);
      flipped.add(given[i], noised);
      pattern.add(given[i], truth);
    }
    const auto share = [](const metric::exact_match& of) { return of.answers > 0 ? of.value() : report::unknown; };
    const studies::labels here = studies::with(at, {"asked", sets[set]});
    add(here, "exact", share(all));
    add(here, "right", share(right));
    add(here, "clean", share(changed));
    add(here, "noisy", share(flipped));
    add(here, "pattern", pattern.share().value_or(report::unknown));
    for (const auto& one : more.values()) add(studies::with(here, {"metric", one.name}), "metric", one.value);
    if constexpr (noise::invertible_noise<Noise>)
      for (const auto& one : undone_more.values())
        add(studies::with(here, {"metric", one.name}), "undone metric", one.value);
  }
}

}  // namespace krait::experiment
