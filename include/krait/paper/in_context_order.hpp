// krait/paper/in_context_order.hpp: does it matter which mixer comes first? Park et al. 2024 (arXiv:2402.04248) compare
// two orders: a MambaFormer begins with Mamba and learns parity, a Standard Hybrid with attention and takes longer.
#pragma once
#include <algorithm>
#include <cmath>
#include <iterator>
#include <krait/core/error.hpp>
#include <krait/paper/in_context_end.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <vector>

namespace krait::paper {

/// Of experiment::in_context whose models are called by their mixers from the first to the last, M for Mamba and A for
/// attention: "MAMA".
struct in_context_order {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const auto& all = seen.group("model", "trained");
    for (const auto& name : all)
      if (name.find_first_not_of("MA") != std::string::npos)
        throw study_error("The page of orders reads a model's mixers in its name, and '" + name +
                          "' has other letters than M and A; call it as \"MAMA\".");
    const detail::in_context_end end(seen);
    const quantity &left = end.left, &half = end.half;
    const auto beginning_with = [&](char mixer) {
      std::vector<std::string> some;
      std::ranges::copy_if(all, std::back_inserter(some),
                           [&](const auto& name) { return name.starts_with(mixer) && mixed(name); });
      return some;
    };
    const quantity mamba_first = mean_over("model", left, beginning_with('M')),
                   attention_first = mean_over("model", left, beginning_with('A'));
    exhibits page{
        .tables = {table{
            .name = "orders",
            .rows = {{"model", "mixers, from the first"}},
            .columns = {{"error left", left}, {"half the loss after", complete(half), 0}},
            .caption = std::string(detail::in_context_end::caption) + " M: Mamba, A: attention; no positions."}},
        .plots = {bars{.name = "orders",
                       .categories = "model",
                       .y = curves{curve("error left", left)},
                       .axis = {.label = "error left (%)", .low = 0},
                       .caption = "Error left at the end of a prompt, by the order of the mixers. Compare bars whose "
                                  "letters are the same in another order."}},
        .claims = {{.id = "learnt",
                    .value = least_over("model", left, all),
                    .holds = below(75),
                    .says = "An order learns the task.",
                    .unit = "%"},
                   {.id = "mamba_first",
                    .value = (attention_first - mamba_first).in("% more is left with attention first"),
                    .holds = above(0).by_errors(2),
                    .says = "Of the orders that have both mixers, those that begin with Mamba leave less error than "
                            "those that begin with attention."}},
        .finding = {
            {"Of the error of who knows nothing, orders that begin with Mamba leave {mamba} % on average, those "
             "that begin with attention {attention} %.",
             {{"mamba", mamba_first, 1}, {"attention", attention_first, 1}}},
            {"Least is left by {model}: {left} %.",
             {{"left", left, 1}},
             {"model"},
             {},
             {{"model", best(seen, left)}}}}};
    if (has(all, "MAMA") && has(all, "AMAM"))
      page.claims.push_back(
          {.id = "mambaformers_order",
           .value = (left.where("model", "AMAM") - left.where("model", "MAMA")).in("% more is left by attention first"),
           .holds = above(0).by_errors(2),
           .says = "Mamba and attention in turn leave less error where Mamba begins, as in a MambaFormer, than where "
                   "attention does, as in a Standard Hybrid.",
           .source = "arXiv:2402.04248, section 4"});
    return page;
  }

 private:
  static bool mixed(const std::string& name) {
    return name.find('M') != std::string::npos && name.find('A') != std::string::npos;
  }
  static bool has(const std::vector<std::string>& all, const char* name) {
    return std::ranges::find(all, name) != all.end();
  }
  static std::vector<std::string> best(const studies::record& seen, const studies::quantity& left) {
    const auto& all = seen.group("model", "trained");
    const auto value = [&](const std::string& model) {
      const double v = studies::measured(left, seen, {{"model", model}}).value;
      return std::isfinite(v) ? v : 1e300;
    };
    return {*std::ranges::min_element(all, {}, value)};
  }
};

}  // namespace krait::paper
