// krait/experiment/fidelity.hpp: the measure of how near written texts come to the true ones, by metrics, by position
// and in bits, from the state as it is and from its controls.
#pragma once
#include <fmt/core.h>

#include <array>
#include <cmath>
#include <krait/core/type_name.hpp>
#include <krait/experiment/reconstructions.hpp>
#include <krait/experiment/start_state.hpp>
#include <krait/metric/metric.hpp>
#include <limits>
#include <string>
#include <vector>

namespace krait::experiment {

/// What each metric of a list says of a written text alone; NaN where it gives the true text 0 against itself.
template <class Metrics>
std::array<double, Metrics::size> score_of(const token_code& tokens, std::span<const std::int32_t> written,
                                           std::span<const std::int32_t> truth) {
  Metrics of, itself;
  const std::string text = tokens.decode(truth);
  of.add("", tokens.decode(written), std::string_view(text));
  itself.add("", text, std::string_view(text));
  std::array<double, Metrics::size> all;
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = itself.values()[i].value > 0 ? of.values()[i].value : std::numeric_limits<double>::quiet_NaN();
  return all;
}

/// Metrics: metric::list, of what was written against the text; a text that a metric gives 0 against itself (it has no
/// word) is left out of it. Quantities of held-out texts, each with the ends _low and _high of its bootstrap interval
/// over texts: every metric's, right (share of positions with the right token), distance (edits a token), nats (loss a
/// token), bits (kept a position: log-likelihood against the unconditional decoder's); of the state as it is right_at
/// and bits_at a position.
template <class Metrics> class fidelity {
 public:
  static constexpr std::string_view name = "fidelity";

  explicit fidelity(const reconstruction_plan& plan) : plan_(plan) {}

  void describe(studies::record& to) const {
    const auto declare = [&](const std::string& quantity, const std::vector<std::string>& labels) {
      declare_with_ends(to, quantity, labels);
    };
    for (const auto metric : Metrics::names) declare(std::string(metric), {"model", "length", "control"});
    for (const char* one : {"right", "distance", "nats", "bits"}) declare(one, {"model", "length", "control"});
    for (const char* one : {"right_at", "bits_at"}) declare(one, {"model", "length", "position"});
    to.fact("metrics", type_name<Metrics>());
    for (const int length : plan_.lengths) {
      const train::chunks texts = plan_.test(length);
      to.fact(fmt::format("test texts of {} tokens", length), static_cast<std::int64_t>(texts.size()));
      note_left_out(texts, to);
    }
  }

  void measure(reconstructions& by, const measuring& to, int length) const {
    const train::chunks texts = plan_.test(length);
    by.write(texts, {}, [&](std::string_view control, const rebuilt& found, const rebuilt& alone) {
      const studies::labels at = {{"model", by.model()}, {"length", length}, {"control", control}};
      std::vector<by_text> scores(Metrics::size);
      for (std::size_t s = 0; s < texts.size(); ++s) {
        const auto all = score_of<Metrics>(plan_.tokens, found.written[s], texts[s]);
        for (std::size_t m = 0; m < all.size(); ++m) scores[m].push_back(all[m]);
      }
      for (std::size_t m = 0; m < scores.size(); ++m) to.add(at, Metrics::names[m], scores[m]);
      to.add(at, "right", share_right(texts, found));
      to.add(at, "distance", edit_distances(texts, found));
      to.add(at, "nats", mean_loss(texts, found));
      to.add(at, "bits", bits_kept(texts, found, alone));
      if (control == start::as_it_is::name) by_position(by, to, texts, found, alone);
    });
  }

 private:
  void by_position(const reconstructions& by, const measuring& to, const train::chunks& texts, const rebuilt& found,
                   const rebuilt& alone) const {
    const int bins = plan_.config.bins;
    if (texts.length < bins) return;
    const auto right = right_by_part(texts, found, bins), bits = bits_by_part(texts, found, alone, bins);
    for (int i = 0; i < bins; ++i) {
      const studies::labels at = {{"model", by.model()}, {"length", texts.length}, {"position", i + 1}};
      to.add(at, "right_at", right[static_cast<std::size_t>(i)]);
      to.add(at, "bits_at", bits[static_cast<std::size_t>(i)]);
    }
  }
  void note_left_out(const train::chunks& texts, studies::record& to) const {
    std::array<int, Metrics::size> without{};
    for (std::size_t s = 0; s < texts.size(); ++s) {
      const auto itself = score_of<Metrics>(plan_.tokens, texts[s], texts[s]);
      for (std::size_t m = 0; m < itself.size(); ++m) without[m] += !std::isfinite(itself[m]);
    }
    for (std::size_t m = 0; m < without.size(); ++m)
      if (without[m] > 0)
        to.note(fmt::format("{} leaves out {} of {} texts of {} tokens, which have nothing that it compares.",
                            Metrics::names[m], without[m], texts.size(), texts.length));
  }

  const reconstruction_plan& plan_;
};

}  // namespace krait::experiment
