// krait/report/palette.hpp: one colour a model, the same on all of a page: Okabe & Ito 2008, told apart by all
// eyes.
#pragma once
#include <array>
#include <cstddef>
#include <krait/report/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace krait::report {

/// Stand-ins in a script for what the page decides: the colour of its text, of its axes, of published numbers.
inline constexpr std::string_view text_colour = "#010101", axis_colour = "#020202", published_colour = "#030303";

/// Names get colours in the order in which they first appear; mamba and transformer always have theirs.
class palette {
 public:
  palette() = default;
  explicit palette(const result& r) {
    for (const plot& p : r.plots)
      for (const series& s : p.data) colour(s);
  }

  /// "#0072B2"
  std::string colour(const series& s) {
    return std::string(s.published ? published_colour : of(s.model.empty() ? s.name : s.model));
  }

  /// The place of a series among the marks, for those who see no colours; the same model has the same mark.
  std::size_t place(std::string_view name) {
    if (name == "mamba") return 0;
    if (name == "transformer") return 1;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name) return i + 2;
    names_.emplace_back(name);
    return names_.size() + 1;
  }

  /// Of a model. After the eighth the colours come round again.
  std::string_view of(std::string_view name) {
    if (name == "published") return published_colour;
    return okabe_ito[place(name) % okabe_ito.size()];
  }

  /// Blue, vermilion, green, purple, orange, sky; then the text's own in place of black, and yellow, weak on white,
  /// last.
  static constexpr std::array<std::string_view, 8> okabe_ito = {"#0072B2", "#D55E00", "#009E73",   "#CC79A7",
                                                                "#E69F00", "#56B4E9", text_colour, "#F0E442"};

 private:
  std::vector<std::string> names_;
};

}  // namespace krait::report
