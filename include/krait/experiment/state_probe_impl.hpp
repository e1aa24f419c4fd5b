// krait/experiment/state_probe_impl.hpp: the members of state_probe_measure.
#pragma once
#include <algorithm>
#include <cmath>
#include <krait/experiment/answer_letters.hpp>
#include <krait/experiment/probe_folds.hpp>
#include <krait/experiment/state_probe.hpp>
#include <krait/statistics/representation.hpp>
#include <krait/statistics/ridge_classifier.hpp>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace krait::experiment {
namespace detail {

struct reach_name {
  reach to;
  const char* name;
};
inline constexpr reach_name reaches[] = {
    {reach::question, "question"}, {reach::beginning, "beginning"}, {reach::answer, "answer"}};

inline double root_mean_square(const held_rows& of) {
  double sum = 0;
  for (const float x : of.values) sum += static_cast<double>(x) * x;
  return std::sqrt(sum / static_cast<double>(of.values.size()));
}
inline double moved(const held_rows& now, const held_rows& before) {
  double sum = 0;
  const std::size_t rows = now.values.size() / now.width;
  for (std::size_t r = 0; r < rows; ++r) {
    double change = 0, was = 0;
    for (std::size_t c = r * now.width; c < (r + 1) * now.width; ++c) {
      change += std::pow(static_cast<double>(now.values[c]) - before.values[c], 2);
      was += std::pow(static_cast<double>(before.values[c]), 2);
    }
    sum += std::sqrt(change / was);
  }
  return sum / static_cast<double>(rows);
}

}  // namespace detail

inline void state_probe_measure::describe(studies::record& to) const {
  std::vector<std::string> turns{std::string(turn::untrained)};
  if (pretrained_) turns.emplace_back(turn::pretrained);
  for (const auto name : {turn::learnt, turn::noisy, turn::relearnt}) turns.emplace_back(name);
  to.declare_label("turn", turns);
  to.declare_label("reach", {"question", "beginning", "answer"});
  to.declare_label("part", {"state", "hidden"});
  to.declare_label("letter", {"clean", "noisy"});
  declare_with_ends(to, "read", {"model", "noise", "turn", "reach", "part", "letter", "asked"});
  declare_with_ends(to, "read as after P1", {"model", "noise", "turn", "reach", "part", "asked"});
  to.declare("chance", {"model", "noise", "letter", "asked"});
  to.declare("letters", {"model", "asked"});
  for (const char* name : {"norm", "rank", "moved", "alike"})
    to.declare(name, {"model", "noise", "turn", "reach", "part"});
  to.fact("folds of the probe", std::int64_t{config_.folds});
}

inline void state_probe_measure::measure(phase_models& by, const measuring& to) const {
  using studies::with;
  const auto& pairs = by.clean();
  const std::size_t count = pairs.size();
  const detail::dealt_pairs dealt(pairs, to.seed, config_.folds);
  const auto clean = answer_letters(pairs);
  std::vector<std::pair<std::string, std::vector<std::int32_t>>> noisy;
  for (const auto noise : by.noises()) noisy.emplace_back(noise, answer_letters(by.noisy(noise)));
  // f(set, its pairs' values).
  const auto each_set = [&](const by_text& all, auto&& f) {
    for (std::size_t set = 0; set < by.sets().size(); ++set) {
      by_text mine;
      for (std::size_t i = 0; i < count; ++i)
        if (by.set_of()[i] == static_cast<int>(set)) mine.push_back(all[i]);
      f(by.sets()[set], mine);
    }
  };
  const auto mean = [](const by_text& of) {
    double sum = 0, known = 0;
    for (const double x : of)
      if (std::isfinite(x)) sum += x, ++known;
    return known > 0 ? sum / known : std::numeric_limits<double>::quiet_NaN();
  };
  const studies::labels model = {{"model", by.model()}};
  by_text asked(count, std::numeric_limits<double>::quiet_NaN());
  for (const std::size_t i : dealt.all()) asked[i] = 1;
  each_set(asked, [&](std::string_view set, const by_text& mine) {
    to.add(with(model, {"asked", set}), "letters",
           static_cast<double>(std::ranges::count_if(mine, [](double x) { return std::isfinite(x); })));
  });
  for (const auto& [noise, letters] : noisy)
    for (const auto& [name, of] : {std::pair<const char*, const std::vector<std::int32_t>&>{"clean", clean},
                                   std::pair<const char*, const std::vector<std::int32_t>&>{"noisy", letters}})
      each_set(
          detail::commonest_right(dealt, config_.folds, pairs, of),
          [&, noise = noise, name = name](std::string_view set, const by_text& mine) {
            to.add({{"model", by.model()}, {"noise", noise}, {"letter", name}, {"asked", set}}, "chance", mean(mine));
          });

  // What was held after phase 1, and its probes, fold by fold.
  struct kept {
    held_rows rows;
    std::optional<statistics::representation> shape;
    std::vector<std::unique_ptr<statistics::ridge_classifier>> probes;
  };
  std::map<std::pair<reach, bool>, kept> learnt;
  const auto probes = [&](const held_rows& rows, const std::vector<std::vector<std::int32_t>>& letters) {
    std::vector<std::unique_ptr<statistics::ridge_classifier>> all;
    for (int fold = 0; fold < config_.folds; ++fold) {
      const auto fit = dealt.of(fold, true);
      all.push_back(fit.size() < detail::least_rows
                        ? nullptr
                        : std::make_unique<statistics::ridge_classifier>(detail::fitted(rows, fit, letters)));
    }
    return all;
  };
  const auto asked_of = [&](const auto& of_folds, const held_rows& rows,
                            const std::vector<std::vector<std::int32_t>>& letters) {
    auto right = detail::nothing_asked(letters.size(), count);
    for (int fold = 0; fold < config_.folds; ++fold) {
      const auto own = dealt.of(fold, false);
      if (of_folds[static_cast<std::size_t>(fold)] && !own.empty())
        detail::ask(*of_folds[static_cast<std::size_t>(fold)], rows, own, letters, right);
    }
    return right;
  };

  const auto look = [&](const turn& where, const detail::reach_name& how, const char* what, const held_rows& rows) {
    if (rows.width == 0) return;
    // The letters that this turn is asked for: the clean ones, and those of the noises that share it.
    std::vector<std::vector<std::int32_t>> letters{clean};
    std::vector<std::string> noises;
    for (const auto& [noise, of] : noisy)
      if (where.noise.empty() || where.noise == noise) noises.push_back(noise), letters.push_back(of);
    const auto place = std::pair(how.to, std::string_view(what) == "state");
    if (where.name == turn::learnt) learnt[place].rows = rows;
    const bool probed = how.to != reach::answer;  // behind an answer stands the answer
    detail::right_letters right, as_before;
    if (probed) {
      auto own = probes(rows, letters);
      right = asked_of(own, rows, letters);
      if (where.name == turn::learnt) learnt[place].probes = std::move(own);
      if (!learnt[place].probes.empty()) as_before = asked_of(learnt[place].probes, rows, {clean});
    }
    const statistics::representation shape(rows.values, rows.width);
    if (where.name == turn::learnt) learnt[place].shape = shape;
    const kept& before = learnt[place];
    const double norm = detail::root_mean_square(rows), rank = shape.effective_rank(),
                 distance = detail::moved(rows, before.rows), likeness = shape.alike(*before.shape);
    for (std::size_t n = 0; n < noises.size(); ++n) {
      const studies::labels at = {
          {"model", by.model()}, {"noise", noises[n]}, {"turn", where.name}, {"reach", how.name}, {"part", what}};
      to.add(at, "norm", norm);
      to.add(at, "rank", rank);
      to.add(at, "moved", distance);
      to.add(at, "alike", likeness);
      if (!probed) continue;
      for (const auto& [letter, q] : {std::pair<const char*, std::size_t>{"clean", 0}, {"noisy", n + 1}})
        each_set(right[q], [&, letter = letter](std::string_view set, const by_text& mine) {
          to.add(with(with(at, {"letter", letter}), {"asked", set}), "read", mine);
        });
      if (!as_before.empty())
        each_set(as_before[0], [&](std::string_view set, const by_text& mine) {
          to.add(with(at, {"asked", set}), "read as after P1", mine);
        });
    }
  };
  // Phase 1 first, with which the others are compared.
  auto turns = by.turns();
  std::stable_partition(turns.begin(), turns.end(), [](const turn& one) { return one.name == turn::learnt; });
  for (const turn& where : turns) {
    by.go_to(where);
    for (const auto& how : detail::reaches) {
      const held now = by.read(how.to);
      look(where, how, "state", now.state);
      look(where, how, "hidden", now.hidden);
    }
  }
}

}  // namespace krait::experiment
