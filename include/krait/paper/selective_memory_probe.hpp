// krait/paper/selective_memory_probe.hpp: what a linear function reads out of an encoder's states, beside what its
// decoder writes: decoder failure and lost information, told apart.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>

namespace krait::paper::detail {

/// Of a study whose measures hold experiment::fidelity and experiment::linear_probe.
inline void tell_of_probe(studies::exhibits& page, const studies::record& seen) {
  using namespace studies;
  const std::string longest = seen.greatest("length"), oldest = seen.levels("position").front();
  const auto ends = [](const std::string& name) {
    return percent(name).within(percent(name + "_low"), percent(name + "_high"));
  };
  const char* own = "as it is";
  page.tables.push_back(table{
      .name = "probe",
      .rows = {"model", "length"},
      .columns = {{"decoder", ends("right").where("control", own)},
                  {"linear probe", ends("probed").where("control", own)},
                  {"of a random encoder", ends("probed").where("control", "random encoder")},
                  {"commonest token", ends("commonest")}},
      .caption = "Right tokens (%) that the decoder writes and that a linear function (ridge regression, fitted to "
                 "states of other texts) reads out of the same encoder's state; out of a random encoder's; and "
                 "where the answer is always the commonest token. The decoder also knows the language, but loses "
                 "its place after an error; the probe knows the place, but reads only what stands there linearly.",
      .published = false});
  page.plots.push_back(lines{
      .name = "probe",
      .x = {.over = "position", .label = "part of the text, 1 the oldest"},
      .y = {{"decoder", ends("right_at")}, {"linear probe", ends("probed_at")}, {"commonest token", ends("commonest")}},
      .axis = {.label = "right tokens (%)", .low = 0},
      .panel = "model",
      .caption =
          "Texts of " + longest +
          " tokens: where the probe is above both others, the state holds what the decoder does not read; where it "
          "is no better than the commonest token, the part is lost, or not there linearly.",
      .where = {{"length", longest}},
      .published = false});
  page.plots.push_back(lines{.name = "probe_back",
                             .x = {.over = "back", .label = "tokens from the end of the text", .log = true},
                             .y = ends("probed_back"),
                             .axis = {.label = "right tokens (%)", .low = 0, .high = 100},
                             .series = "control",
                             .panel = "model",
                             .caption = "How far back a linear function reads tokens out of the state after " +
                                        longest + " tokens, of the trained encoder and of a random one.",
                             .where = {{"length", longest}},
                             .only = {{"control", {own, "random encoder"}}},
                             .published = false});
  page.claims.push_back(
      {.id = "newest_there",
       .each = {"model"},
       .value = (percent("probed_back_low").where("control", own).where("back", 1) - percent("commonest_high"))
                    .in("points")
                    .where("length", longest),
       .holds = above(0),
       .says = "The last token of the longest texts is in the {model} model's state: a linear function "
               "reads it more often than the commonest one is right, beyond both intervals."});
  page.claims.push_back({.id = "oldest_lost",
                         .each = {"model"},
                         .value = (percent("probed_at").where("position", oldest) - percent("commonest"))
                                      .in("points")
                                      .where("length", longest),
                         .holds = at_most(5),
                         .says = "Of the oldest part of the longest texts a linear function reads nothing out of the "
                                 "{model} model's state but which tokens are common."});
}

}  // namespace krait::paper::detail
