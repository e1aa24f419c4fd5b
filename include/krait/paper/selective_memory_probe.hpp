// krait/paper/selective_memory_probe.hpp: what a linear function reads out of an encoder's states, beside what its
// decoder writes: decoder failure and lost information, told apart.
#pragma once
#include <krait/study/exhibit.hpp>
#include <string>

namespace krait::paper::detail {

/// Of a study whose measures hold experiment::fidelity and experiment::linear_probe.
inline void tell_of_probe(studies::exhibits& page, const studies::record& seen) {
  using namespace studies;
  const std::string longest = seen.greatest("length"), oldest = seen.levels("position").front(),
                    newest = seen.levels("position").back();
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
      .y = {{"decoder", ends("right_at")}, {"linear probe", ends("probed_at")}},
      .axis = {.label = "right tokens (%)", .low = 0},
      .panel = "model",
      .caption = "Texts of " + longest +
                 " tokens: where the probe is above the decoder, the state holds what the decoder does not read; where "
                 "both are low, it is lost, or not there linearly.",
      .where = {{"length", longest}},
      .published = false});
  if (seen.least("length") == longest) return;
  page.claims.push_back({.id = "decoder_fails",
                         .each = {"model"},
                         .value = (percent("probed_at_low") - percent("right_at_high"))
                                      .in("points")
                                      .where("length", longest)
                                      .where("position", newest),
                         .holds = above(0),
                         .says =
                             "Of the newest part of the longest texts a linear function reads more out of the {model} "
                             "model's state than its decoder writes, beyond both intervals: there it is the decoder "
                             "that fails."});
  page.claims.push_back({.id = "lost",
                         .each = {"model"},
                         .value = (percent("probed_at").where("position", oldest) - percent("commonest"))
                                      .in("points")
                                      .where("length", longest),
                         .holds = at_most(5),
                         .says = "Of the oldest part of the longest texts a linear function reads nothing out of the "
                                 "{model} model's state but which tokens are common."});
}

}  // namespace krait::paper::detail
