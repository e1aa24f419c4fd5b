// krait/experiment/outlier_placement_tables.hpp: the tables of a study of outliers' places.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/experiment/outlier_placement_view.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <utility>

namespace krait::experiment::detail {

inline table placement_table(const outlier_placement_view& v) {
  table t{
      .name = "placement",
      .caption = fmt::format(
          "Right answers in % over {} test prompts of which every one has outliers in {:.0f} % of its examples; mean "
          "and standard deviation over seeds. The first three columns: outliers with flipped labels far from the "
          "query, anywhere, right before it; then right before it with other labels.",
          v.record.prompts, 100 * v.record.alpha),
      .columns = {{.name = "model"},
                  {.name = "farthest", .unit = "%", .decimals = 2},
                  {.name = "random", .unit = "%", .decimals = 2},
                  {.name = "closest", .unit = "%", .decimals = 2},
                  {.name = "closest, targeted", .unit = "%", .decimals = 2},
                  {.name = "closest, random label", .unit = "%", .decimals = 2}}};
  for (const auto& model : v.shown()) {
    row line{.cells = {model}};
    for (const auto place : outlier_places) line.cells.push_back(v.accuracy(model, place));
    for (const char* rule : {"targeted", "random"}) line.cells.push_back(v.accuracy(model, v.asked("closest", rule)));
    t.rows.push_back(std::move(line));
    if (const auto* p = find_published_placement(model))
      t.rows.push_back({.cells = {model, p->farthest, p->anywhere, p->closest, std::monostate{}, std::monostate{}},
                        .published = true,
                        .source = std::string(p->source)});
  }
  return t;
}

inline table checks_table(const outlier_placement_view& v) {
  table t{.name = "checks",
          .caption =
              "The guessed settings of the training, one changed at a time, asked as in the first table (flipped "
              "labels); and the first layer's mean gate on outliers as a part of that on clean examples.",
          .columns = {{.name = "model"},
                      {.name = "farthest", .unit = "%", .decimals = 2},
                      {.name = "random", .unit = "%", .decimals = 2},
                      {.name = "closest", .unit = "%", .decimals = 2},
                      {.name = "gate ratio", .decimals = 3}}};
  auto models = v.models("check");
  models.insert(models.begin(), v.record.models.front());
  for (const auto& model : models) {
    row line{.cells = {model}};
    for (const auto place : outlier_places) line.cells.push_back(v.accuracy(model, place));
    const auto ratio = v.gate_ratio(model);
    line.cells.push_back(ratio.empty() ? cell{} : cell{mean_and_spread(ratio)});
    t.rows.push_back(std::move(line));
  }
  return t;
}

/// Softmax has its probabilities, everything else what is multiplied by gates later.
inline const outlier_attention& attention_shown(const outlier_point& p) {
  return p.model == "transformer" ? p.weighted : p.raw;
}

inline table attention_table(const outlier_placement_view& v) {
  table t{
      .name = "attention",
      .caption =
          "Sum of the first layer's attention from the query to the examples of a class, a mean over prompts: before "
          "training and after. Same: the query's pattern without outlier; other: the task's other pattern. B . C "
          "or k . q, before any gate; probabilities for softmax.",
      .columns = {{.name = "model"},
                  {.name = "same, before", .decimals = 3},
                  {.name = "other, before", .decimals = 3},
                  {.name = "outlier, before", .decimals = 3},
                  {.name = "same", .decimals = 3},
                  {.name = "other", .decimals = 3},
                  {.name = "outlier", .decimals = 3}}};
  for (const auto& model : v.shown()) {
    row line{.cells = {model}};
    for (const long step : {0L, v.record.steps}) {
      line.cells.push_back(
          mean_and_spread(v.at(model, step, [](const outlier_point& p) { return attention_shown(p).same; })));
      line.cells.push_back(
          mean_and_spread(v.at(model, step, [](const outlier_point& p) { return attention_shown(p).other; })));
      line.cells.push_back(
          mean_and_spread(v.at(model, step, [](const outlier_point& p) { return attention_shown(p).outlier; })));
    }
    t.rows.push_back(std::move(line));
  }
  return t;
}

inline table gates_table(const outlier_placement_view& v, const std::string& model) {
  table t{.name = "gates",
          .caption = fmt::format(
              "G of the {}'s first layer: what is left at the query of an example that has so many clean examples "
              "between itself and the query, plus one; beside it 2^-(j-1), the published lower bound's shape.",
              model),
          .columns = {{.name = "j", .decimals = 0},
                      {.name = "clean", .decimals = 5},
                      {.name = "outlier", .decimals = 5},
                      {.name = "2^-(j-1)", .decimals = 5}}};
  for (int rank = 1; rank <= 10; ++rank)
    t.rows.push_back({.cells = {std::int64_t{rank}, mean_and_spread(v.left(model, false, rank)),
                                mean_and_spread(v.left(model, true, rank)), std::ldexp(1., 1 - rank)}});
  return t;
}

}  // namespace krait::experiment::detail
