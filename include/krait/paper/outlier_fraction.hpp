// krait/paper/outlier_fraction.hpp: how many outliers a one-layer model bears. Figure 2 of "Can Mamba Learn In Context
// with Outliers?" (arXiv:2510.00399).
#pragma once
#include <krait/paper/outlier_theory.hpp>

namespace krait::paper {

/// Of experiment::outlier_fraction; its first model is the Mamba, its second the linear Transformer.
struct outlier_fraction {
  static constexpr const char* figure = "Can Mamba Learn In Context with Outliers? (arXiv:2510.00399), figure 2";

  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const std::string mamba = seen.levels("model").at(0), linear = seen.levels("model").at(1);
    const auto nearest = [&](double wanted) {
      return *std::ranges::min_element(seen.levels("alpha"), {},
                                       [&](const auto& a) { return std::abs(number_of(a) - wanted); });
    };
    const auto among_alphas = [&](auto&& takes) {
      std::vector<std::string> some;
      for (const auto& a : seen.levels("alpha"))
        if (takes(number_of(a))) some.push_back(a);
      return some;
    };
    const std::string half = nearest(.5), eight = nearest(.8);
    const double each_seed = seen.number("test prompts a seed, rule and fraction (guessed)"),
                 prompts = each_seed * static_cast<double>(seen.seeds.size());
    const int examples = static_cast<int>(seen.number("examples a prompt"));
    const theory::outlier_setting setting = outlier_theory::setting_of(seen, mamba, .8);

    const quantity error = studies::of("error"), of_mamba = error.where("model", mamba),
                   of_linear = error.where("model", linear),
                   floor = in_published(error.where("model", "floor: no clean example"));
    const quantity off = combine(
        [prompts](const auto& v) {
          const double sampling = std::sqrt(v[1] * (1 - v[1]) / prompts);
          return v[1] * prompts >= 5 ? (v[0] - v[1]) / sampling : report::unknown;
        },
        {of_mamba, floor});
    const auto at = [&](const char* rule, const std::string& alpha) {
      return column{fmt::format("{}, {}", rule, alpha), error.where("rule", rule).where("alpha", alpha), 4};
    };
    const auto beside = [&](const char* bound, double floor_there) {
      return fmt::format("{} (the floor is {:.4f})", bound, floor_there);
    };
    const char* about_floor =
        "With {rule} labels a one-layer Mamba errs about as rarely as prompts without clean examples occur, up to a "
        "fraction of 0.8.";

    return {
        .tables = {table{.name = "summary",
                         .rows = {"model"},
                         .columns = {at("flipped", half), at("flipped", eight), at("targeted", eight),
                                     at("random", eight)},
                         .caption =
                             "Error at the fractions where the models part. Floor: the probability that a prompt has "
                             "no clean example, for flipped labels, and half of it for others."},
                   table{.name = "errors",
                         .rows = {{"rule", "labels"}, {"alpha", "fraction"}},
                         .columns = {spread("model", error, 4),
                                     {"floor", floor, 5, {}, true},
                                     {mamba + " - floor, in sampling errors", pooled(off), 2}},
                         .caption = fmt::format(
                             "Error on {} test prompts a seed; mean and standard deviation over seeds.", each_seed),
                         .published = false},
                   outlier_theory::bounds_table(setting)},
        .plots = {lines{.name = "fraction",
                        .x = {.over = "alpha", .label = "outlier fraction"},
                        .y = error,
                        .axis = {.label = "error", .low = 0, .high = 1},
                        .series = "model",
                        .panel = "rule",
                        .caption =
                            "Error against the fraction of examples with an outlier, for three rules of their labels. "
                            "Look at where each model leaves the axis: a linear Transformer at one half of flipped "
                            "labels, a Mamba only where prompts begin to have no clean example at all (grey).",
                        .alt = "Three panels of lines of test error against outlier fraction, one line a model."},
                  lines{.name = "floors",
                        .x = {.over = "alpha", .label = "outlier fraction", .low = .55, .high = .92},
                        .y = error,
                        .axis = {.label = "error", .log = true, .low = 1e-5, .high = 1},
                        .series = "model",
                        .panel = "rule",
                        .caption =
                            "The Mamba's error beside the floor (grey): the probability that a prompt has no clean "
                            "example, or half of it where the labels of outliers say nothing. Bars are spreads over "
                            "seeds.",
                        .alt = "Three panels of the Mamba's error and the floor on a logarithmic scale.",
                        .only = {{"model", {mamba}}}}},
        .claims = {{.id = "mamba",
                    .each = {"rule"},
                    .value = of_mamba.where("alpha", eight),
                    .holds = at_most(.013),
                    .says = about_floor,
                    .source = figure,
                    .unit = "error at a fraction of 0.8",
                    .expected = beside("at most 0.013", theory::flipped_floor(number_of(eight), examples)),
                    .only = {{"rule", {"flipped"}}}},
                   {.id = "mamba",
                    .each = {"rule"},
                    .value = of_mamba.where("alpha", eight),
                    .holds = below(.01),
                    .says = about_floor,
                    .source = figure,
                    .unit = "error at a fraction of 0.8",
                    .expected = beside("below 0.01", theory::uninformed_floor(number_of(eight), examples)),
                    .only = {{"rule", {"targeted", "random"}}}},
                   {.id = "floor",
                    .each = {"rule"},
                    .value =
                        greatest_over("alpha", combine([](const auto& v) { return std::abs(v[0]); }, {pooled(off)}),
                                      among_alphas([](double a) { return a <= .8; })),
                    .holds = at_most(3),
                    .says = fmt::format("With {{rule}} labels the Mamba's error is the floor, the probability that a "
                                        "prompt has no clean example, within the sampling error of {:.0f} prompts, up "
                                        "to a fraction of 0.8.",
                                        prompts),
                    .unit = "sampling errors off, at the worst fraction"},
                   {.id = "linear_flipped",
                    .value = least_over("alpha", of_linear.where("rule", "flipped"),
                                        among_alphas([&](double a) { return a >= number_of(half); })),
                    .holds = above(.4),
                    .says = "With flipped labels a linear Transformer fails once half of the examples are outliers.",
                    .source = figure,
                    .unit = "least error at fractions from 0.5 on"}},
        .finding = {{fmt::format("With 80 % outliers whose labels are flipped a one-layer Mamba errs on {{mamba}} % of "
                                 "prompts, where {{floor}} % have no clean example, and a linear Transformer on "
                                 "{{linear}} %; the theorems guarantee fractions up to {:.0f} % and 50 %.",
                                 100 * theory::mamba_fraction(setting)),
                     {{"mamba", 100 * of_mamba, 2}, {"floor", 100 * floor, 2}, {"linear", 100 * of_linear}},
                     {},
                     {{"rule", "flipped"}, {"alpha", eight}}}},
        .notes = {outlier_theory::guessed_note}};
  }
};

}  // namespace krait::paper
