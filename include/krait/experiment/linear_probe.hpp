// krait/experiment/linear_probe.hpp: the measure of what a linear function reads out of an encoder's states: an
// estimate of what is there that needs no decoder, so that a decoder's failure and lost information are told apart.
#pragma once
#include <cstdint>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/statistics/ridge_classifier.hpp>
#include <string_view>
#include <vector>

namespace krait::experiment {

struct linear_probe_config {
  int texts = 2048;    // of the training text, to fit; with --quick few
  int asked = 512;     // of the held-out text
  int most = 4;        // positions asked for in each part of the text
  bool parts = false;  // the states of the convolutions and those of the SSMs are probed each alone, too
};

/// Quantities, each of held-out texts and with the ends of an interval over texts: probed (share of the positions whose
/// token is read right out of the state; of the trained encoder, and of a random one), probed_at by part of the text
/// (of the trained one); probed_back of the token so many (label back: 1, 2, 4, ...) from the end, of both; commonest:
/// right where the answer is always the position's commonest token; probed_from: the number of positions asked for.
/// With parts, probed and probed_back of the controls "SSM only" and "convolution only" too, which the study then has.
class linear_probe_measure {
 public:
  static constexpr std::string_view name = "linear probe";

  linear_probe_measure(const reconstruction_plan& plan, linear_probe_config c);
  void describe(studies::record& to) const;
  void measure(reconstructions& by, const measuring& to, int length) const;

 private:
  const reconstruction_plan& plan_;
  linear_probe_config config_;
};

template <linear_probe_config C = linear_probe_config{}> struct linear_probe : linear_probe_measure {
  static_assert(C.texts > 3 && C.asked > 0 && C.most > 0, "linear_probe: texts, asked and most must be positive");
  explicit linear_probe(const reconstruction_plan& plan) : linear_probe_measure(plan, C) {}
};

inline linear_probe_measure::linear_probe_measure(const reconstruction_plan& plan, linear_probe_config c)
    : plan_(plan), config_(c) {
  if (plan.asked.quick) config_.texts = 64, config_.asked = 16;
}

inline void linear_probe_measure::describe(studies::record& to) const {
  declare_with_ends(to, "probed", {"model", "length", "control"});
  declare_with_ends(to, "probed_at", {"model", "length", "position"});
  declare_back(to, plan_);
  declare_with_ends(to, "probed_back", {"model", "length", "control", "back"});
  declare_with_ends(to, "commonest", {"model", "length"});
  to.declare("probed_from", {"model", "length"});
  to.fact("texts that a linear probe is fitted to", std::int64_t{config_.texts});
  to.fact("texts that it is asked about", std::int64_t{config_.asked});
}

inline void linear_probe_measure::measure(reconstructions& by, const measuring& to, int length) const {
  const train::chunks fitted = train::blocks_evenly(plan_.train, length, config_.texts),
                      asked = train::blocks_evenly(plan_.held_out, length, config_.asked);
  // Some positions of each part of the text; of short texts all.
  const auto n = static_cast<std::size_t>(length), bins = static_cast<std::size_t>(plan_.config.bins),
             most = static_cast<std::size_t>(config_.most);
  std::vector<std::size_t> positions, part;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const std::size_t first = n * bin / bins, size = n * (bin + 1) / bins - first, taken = std::min(size, most);
    for (std::size_t i = 0; i < taken; ++i)
      positions.push_back(first + (i + 1) * size / taken - 1), part.push_back(bin);
  }
  const std::size_t of_parts = positions.size();
  std::vector<std::size_t> back;  // the same as a part of one position, numbered from bins + 1 on
  for (std::size_t b = 1; b <= n; b *= 2)
    back.push_back(b), positions.push_back(n - b), part.push_back(bins + back.size());
  std::vector<std::vector<std::int32_t>> labels;
  for (const std::size_t t : positions) {
    auto& of = labels.emplace_back();
    for (std::size_t s = 0; s < fitted.size(); ++s) of.push_back(fitted[s][t]);
  }
  const studies::labels at = {{"model", by.model()}, {"length", length}};
  // By text, the share right among the positions of a part, or among all.
  const auto share_of = [&](auto&& answer, std::size_t bin) {
    by_text shares;
    for (std::size_t s = 0; s < asked.size(); ++s) {
      double right = 0, all = 0;
      for (std::size_t p = 0; p < positions.size(); ++p)
        if (bin == bins ? part[p] < bins : part[p] == bin) right += answer(p, s) == asked[s][positions[p]], ++all;
      shares.push_back(right / all);
    }
    return shares;
  };
  struct source {
    reconstructions::encoder encoder;
    state_part part;
    std::string_view control;
  };
  using enum reconstructions::encoder;
  std::vector<source> sources{{trained, state_part::whole, start::as_it_is::name},
                              {random, state_part::whole, start::random_encoder}};
  if (config_.parts) {
    sources.push_back({trained, state_part::recurrence, start::ssm_only::name});
    sources.push_back({trained, state_part::convolution, start::convolution_only::name});
  }
  for (const auto& [encoder, of_state, control] : sources) {
    const auto features = by.read(fitted, encoder, of_state);
    if (features.empty()) continue;  // no layer has a convolution
    const statistics::ridge_classifier probe(features, features.size() / fitted.size(), labels);
    const auto answers = probe.answers(by.read(asked, encoder, of_state));
    const auto answer = [&](std::size_t p, std::size_t s) { return answers[p][s]; };
    to.add(studies::with(at, {"control", control}), "probed", share_of(answer, bins));
    for (std::size_t b = 0; b < back.size(); ++b)
      to.add(studies::with(studies::with(at, {"control", control}), {"back", back[b]}), "probed_back",
             share_of(answer, bins + 1 + b));
    if (control != start::as_it_is::name) continue;
    to.add(at, "commonest", share_of([&](std::size_t p, std::size_t) { return probe.commonest()[p]; }, bins));
    to.add(at, "probed_from", static_cast<double>(of_parts));
    if (length >= plan_.config.bins)
      for (std::size_t bin = 0; bin < bins; ++bin)
        to.add(studies::with(at, {"position", static_cast<int>(bin) + 1}), "probed_at", share_of(answer, bin));
  }
}

}  // namespace krait::experiment
