// krait/paper/in_context_ablation.hpp: which part of a block learns a task? Park et al. 2024 (arXiv:2402.04248) find
// that Mamba learns parity where transformers do not, and leave open what in it does.
#pragma once
#include <krait/paper/in_context_end.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context whose models are called by what they lack: "mamba", "mamba without gate".
struct in_context_ablation {
  static constexpr std::string_view lacks = " without ";
  static constexpr double learnt = 25;  // % of the error of who knows nothing below which a model has learnt the task

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const auto& all = seen.group("model", "trained");
    const detail::in_context_end end(seen);
    const quantity &left = end.left, &half = end.half;
    exhibits page{
        .tables = {table{.name = "parts",
                         .rows = {"model"},
                         .columns = {{"error left", left}, {"half the loss after", complete(half), 0}},
                         .caption = detail::in_context_end::caption,
                         .published = false}},
        .plots = {bars{.name = "parts",
                       .categories = "model",
                       .y = curves{curve("error left", left)},
                       .axis = {.label = "error left (%)", .low = 0},
                       .caption = "Error left at the end of a prompt. Look which part's absence raises it.",
                       .published = false},
                  lines{.name = "loss",
                        .x = {.label = "step"},
                        .y = studies::of("loss"),
                        .axis = {.label = "loss", .low = 0},
                        .series = "model",
                        .caption = "The training loss. Look when each leaves the plateau of who knows nothing.",
                        .published = false}}};
    for (const auto& whole : all) {
      if (whole.find(lacks) != std::string::npos) continue;
      page.claims.push_back({.id = "learnt." + whole,
                             .value = left.where("model", whole),
                             .holds = below(learnt),
                             .says = "The " + whole + " learns the task.",
                             .unit = "%"});
      for (const auto& part : missing(all, whole))
        page.claims.push_back(
            {.id = whole + "." + part,
             .value =
                 (left.where("model", whole + std::string(lacks) + part) - left.where("model", whole)).in("% more"),
             .holds = above(0).by_errors(2),
             .says = "Without " + part + " the " + whole + " leaves more error."});
      page.finding.push_back({told(all, whole), numbers(all, whole, left)});
    }
    return page;
  }

 private:
  /// The parts that some model lacks which is else the same.
  static std::vector<std::string> missing(const std::vector<std::string>& all, const std::string& whole) {
    std::vector<std::string> parts;
    const std::string beginning = whole + std::string(lacks);
    for (const auto& name : all)
      if (name.starts_with(beginning)) parts.push_back(name.substr(beginning.size()));
    return parts;
  }
  static std::string told(const std::vector<std::string>& all, const std::string& whole) {
    std::string text = "Of the error of who knows nothing the " + whole + " leaves {whole} %";
    const auto parts = missing(all, whole);
    for (std::size_t i = 0; i < parts.size(); ++i)
      text += (i + 1 < parts.size() || i == 0 ? ", " : " and ") + ("{" + parts[i] + "} % without ") + parts[i];
    return text + ".";
  }
  static std::vector<studies::sentence::number> numbers(const std::vector<std::string>& all, const std::string& whole,
                                                        const studies::quantity& left) {
    std::vector<studies::sentence::number> found{{"whole", left.where("model", whole), 1}};
    for (const auto& part : missing(all, whole))
      found.push_back({part, left.where("model", whole + std::string(lacks) + part), 1});
    return found;
  }
};

}  // namespace krait::paper
