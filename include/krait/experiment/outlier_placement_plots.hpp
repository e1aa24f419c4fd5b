// krait/experiment/outlier_placement_plots.hpp: the plots of a study of outliers' places.
#pragma once
#include <fmt/core.h>

#include <cmath>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/experiment/outlier_placement_tables.hpp>
#include <krait/experiment/outlier_placement_view.hpp>
#include <krait/report/result.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::experiment::detail {

inline plot checks_plot(const outlier_placement_view& v) {
  plot p{.name = "checks",
         .kind = plot_kind::bars,
         .caption =
             "The guessed settings of the training, one changed at a time: right answers by the place of the outliers.",
         .alt = "Bars of accuracy for three places of outliers, a group a changed setting.",
         .y = {.label = "right answers (%)", .low = 0, .high = 100},
         .categories = v.models("check")};
  p.categories.insert(p.categories.begin(), v.record.models.front());
  for (const auto place : outlier_places) {
    series s{.name = std::string(place)};
    for (const auto& model : p.categories) {
      const measured m = v.accuracy(model, place);
      s.y.push_back(m.value);
      s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    p.data.push_back(std::move(s));
  }
  return p;
}

inline plot placement_plot(const outlier_placement_view& v) {
  plot p{.name = "placement",
         .kind = plot_kind::bars,
         .caption =
             "Right answers by the place of the outliers. Look at the last group: outliers right before the query "
             "hurt the models that forget with distance, and no others.",
         .alt =
             "Bars of accuracy for outliers farthest from, anywhere before and closest to the query, one a model; "
             "published bars beside them.",
         .y = {.label = "right answers (%)", .low = 0, .high = 100},
         .categories = {"farthest", "random", "closest"}};
  for (const auto& model : v.shown()) {
    series s{.name = model, .model = model, .panel = "this run"};
    for (const auto place : outlier_places) {
      const measured m = v.accuracy(model, place);
      s.y.push_back(m.value);
      s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
    }
    p.data.push_back(std::move(s));
  }
  for (const auto& published : published_placements)
    p.data.push_back({.name = std::string(published.model),
                      .y = {published.farthest, published.anywhere, published.closest},
                      .model = std::string(published.model),
                      .panel = "published",
                      .source = std::string(published.source)});
  return p;
}

inline plot training_plot(const outlier_placement_view& v) {
  plot p{.name = "training",
         .caption =
             "Right answers with the outliers right before the query, over training. The band is one standard "
             "deviation over seeds.",
         .alt = "Lines of accuracy with closest outliers against training steps, one a model.",
         .x = {.label = "training steps"},
         .y = {.label = "right answers, closest outliers (%)"},
         .spread = spread_style::band};
  for (const auto& model : v.shown()) p.data.push_back(v.over_training(model, model, &outlier_point::closest));
  return p;
}

/// Of the softmax transformer (probabilities), or of all others (scores without bounds): their axes differ.
inline plot attention_plot(const outlier_placement_view& v, bool softmax) {
  plot p{.name = softmax ? "attention-softmax" : "attention",
         .caption =
             softmax ? "The same of the softmax transformer: probabilities, which add up to 1 with the query's own."
                     : "First-layer attention of the query over training, summed over the examples of a class: the "
                       "query's pattern, the task's other one, any with an outlier. B . C or k . q, before any gate.",
         .alt = "Lines of summed attention against training steps for three classes of examples.",
         .x = {.label = "training steps"},
         .y = {.label = softmax ? "sum of probabilities" : "sum of scores"},
         .spread = spread_style::band};
  for (const auto& model : v.models("table")) {
    if ((model == "transformer") != softmax) continue;
    const auto add = [&](const char* name, auto value) {
      series s = v.over_training(model, name, value);
      s.model = name, s.panel = softmax ? "" : model;
      p.data.push_back(std::move(s));
    };
    add("same pattern", [](const outlier_point& at) { return attention_shown(at).same; });
    add("other pattern", [](const outlier_point& at) { return attention_shown(at).other; });
    add("outlier", [](const outlier_point& at) { return attention_shown(at).outlier; });
  }
  return p;
}

/// The mean gate over training, and G by rank at the end, for the models that have a scan.
inline plot gate_training_plot(const outlier_placement_view& v, const std::vector<std::string>& gated) {
  plot p{
      .name = "gate-training",
      .caption = "First-layer gate of examples with and without outlier over training: how much of a token is let in.",
      .alt = "Lines of mean gate value against training steps for clean examples and outliers.",
      .x = {.label = "training steps"},
      .y = {.label = "gate", .low = 0},
      .spread = spread_style::band};
  for (const auto& model : gated)
    for (const std::size_t outlier : {0u, 1u}) {
      series s = v.over_training(model, outlier ? "outlier" : "clean",
                                 [&](const outlier_point& at) { return at.gate[outlier]; });
      s.model = outlier ? "outlier" : "clean", s.panel = model;
      p.data.push_back(std::move(s));
    }
  return p;
}
inline plot gate_plot(const outlier_placement_view& v, const std::vector<std::string>& gated) {
  plot p{.name = "gates",
         .caption =
             "What is left of an example at the query, against the number of clean examples from it to the query. "
             "A straight line is exponential decay; published: outliers hardly enter at all.",
         .alt = "Lines of G on a logarithmic axis against rank for clean examples and outliers.",
         .x = {.label = "j-th closest (in clean examples)"},
         .y = {.label = "G", .log = true}};
  for (const auto& model : gated)
    for (const bool outlier : {false, true}) {
      series s{.name = outlier ? "outlier" : "clean", .model = outlier ? "outlier" : "clean", .panel = model};
      for (int rank = 1; rank <= 14; ++rank) {
        const measured m = mean_and_spread(v.left(model, outlier, rank));
        if (!(m.value > 0)) continue;
        s.x.push_back(rank), s.y.push_back(m.value);
        s.spread.push_back(std::isfinite(m.spread) ? std::min(m.spread, 0.9 * m.value) : 0);
      }
      p.data.push_back(std::move(s));
    }
  return p;
}

/// Accuracy against one setting of the test, in a panel for each place.
template <class Question>
plot sweep_plot(const outlier_placement_view& v, plot p, const std::vector<double>& values,
                const std::vector<std::string>& places, Question&& question) {
  for (const auto& place : places)
    for (const auto& model : v.shown()) {
      series s{.name = model, .model = model, .panel = places.size() > 1 ? place : ""};
      for (const double x : values) {
        const measured m = v.accuracy(model, question(place, x));
        if (!std::isfinite(m.value)) continue;
        s.x.push_back(x), s.y.push_back(m.value);
        s.spread.push_back(std::isfinite(m.spread) ? m.spread : 0);
      }
      p.data.push_back(std::move(s));
    }
  return p;
}

inline plot matrix_plot(const outlier_matrix& m) {
  plot p{
      .name = "hidden-attention",
      .kind = plot_kind::heat_map,
      .caption = fmt::format("Hidden attention of the first layer (Ali et al. 2024) of the {} of seed {}, one prompt "
                             "with the outliers right before the query: |M|, a mean over channels; a row is a token "
                             "that looks back.",
                             m.model, m.seed),
      .alt = "Heat map of the lower triangle of a matrix, tokens of a prompt along both sides.",
      .x = {.label = "looked at"},
      .y = {.label = "|M|", .low = 0}};
  for (std::size_t i = 0; i < m.tokens.size(); ++i) {
    p.categories.push_back(i + 1 < m.tokens.size() ? std::to_string(i + 1) : "q");
    const auto* row = m.values.data() + i * m.tokens.size();
    series s{.name = m.tokens[i], .y = std::vector<double>(row, row + m.tokens.size())};
    for (std::size_t after = i + 1; after < m.tokens.size(); ++after) s.y[after] = unknown;
    p.data.push_back(std::move(s));
  }
  return p;
}

}  // namespace krait::experiment::detail
