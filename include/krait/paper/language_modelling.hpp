// krait/paper/language_modelling.hpp: which of some language models learnt to predict a text best, and how soon.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>

namespace krait::paper {

/// Of experiment::language_modelling. Nothing was published of it.
struct language_modelling {
  static studies::exhibits of(const studies::record& seen) {
    using namespace studies;
    const quantity held_out = studies::of("held out", "bits a byte"), trained = studies::of("loss", "bits a byte");
    const double by_chance = seen.number("bits a byte by the frequencies of bytes");
    exhibits page;
    page.tables = {table{.name = "models",
                         .rows = {"model"},
                         .columns = {{"untrained", held_out.first(), 3},
                                     {"trained on", trained, 3},
                                     {"held out", held_out, 3},
                                     {"lowest held out", over_steps(lowest, held_out, "bits a byte"), 3}},
                         .caption =
                             "Bits a byte of text; 8 is no knowledge at all of bytes, and sub-words begin lower. "
                             "Held-out windows are never trained on; where the last value lies above the lowest, "
                             "fewer steps would have done better."}};
    page.plots = {lines{.name = "learning",
                        .x = {.label = "step"},
                        .y = {{"held out", held_out}, {"trained on", trained}},
                        .axis = {.label = "bits a byte", .low = 0},
                        .series = "model",
                        .caption = "The same over the training.",
                        .references = {{by_chance, "frequencies of bytes"}}}};
    page.claims = {{.id = "learns",
                    .each = {"model"},
                    .value = (held_out.first() - held_out.last()).in("bits a byte"),
                    .holds = above(0),
                    .precondition = true,
                    .says = "After its training the {model} predicts held-out text better than before."},
                   {.id = "beyond_frequencies",
                    .each = {"model"},
                    .value = held_out,
                    .holds = below(by_chance),
                    .says = "The {model} predicts held-out text better than the frequencies of its bytes do."}};
    page.finding = {{"the {model} {bits}",
                     {{"bits", held_out, 3}},
                     {"model"},
                     {},
                     {},
                     "Held-out text takes bits a byte: ",
                     ", ",
                     "."}};
    page.otherwise = "This run tells nothing of its models";
    page.notes = {
        "What each model writes stands in samples/, its weights in checkpoint/, and in models/ as files for "
        "text/generate and Hugging Face transformers where these know such a model."};
    return page;
  }

 private:
  static double lowest(const studies::course& all) {
    double least = all.front().second;
    for (const auto& [step, value] : all) least = value < least ? value : least;
    return least;
  }
};

}  // namespace krait::paper
