// krait/report/plot/kinds.hpp: what stands on the sheet of each kind of plot.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <krait/core/error.hpp>
#include <krait/report/plot/panel.hpp>
#include <krait/report/plot/sheet.hpp>
#include <krait/report/result.hpp>
#include <numbers>
#include <string>
#include <string_view>
#include <vector>

namespace krait::report::detail {

/// Throws data_error when the parts of a plot do not fit each other.
inline void check(const plot& p) {
  const auto fail = [&](const std::string& what) {
    throw data_error(fmt::format("plot '{}': {}: correct the study that fills it", p.name, what));
  };
  for (char c : p.name)
    if (!in_a_stem(c)) fail("its name has more than letters, digits, - and _");
  if (p.name.empty()) fail("it has no name");
  if (p.data.empty()) fail("it has no series");
  for (const series& s : p.data) {
    const std::size_t wanted = p.kind == plot_kind::lines ? s.x.size() : p.categories.size();
    if (s.y.size() != wanted) fail(fmt::format("series '{}' has {} values for {} places", s.name, s.y.size(), wanted));
    if (!s.spread.empty() && s.spread.size() != s.y.size())
      fail(fmt::format("series '{}' has {} values and {} spreads", s.name, s.y.size(), s.spread.size()));
    if (s.low.size() != s.high.size() || (!s.low.empty() && s.low.size() != s.y.size()))
      fail(fmt::format("series '{}' has {} values and intervals of {} lower and {} upper ends", s.name, s.y.size(),
                       s.low.size(), s.high.size()));
  }
}

/// All panels, with one key above them, in as many columns as fit.
inline void draw_panels(sheet& on, const plot& p, palette& colours) {
  std::vector<std::string> names;
  for (const series& s : p.data)
    if (std::find(names.begin(), names.end(), s.panel) == names.end()) names.push_back(s.panel);
  const bool wide = on.width > 500, titled = names.size() > 1 || !names.front().empty();
  const std::size_t columns = wide ? (names.size() == 1 ? 1 : names.size() == 3 || names.size() > 4 ? 3 : 2) : 1;
  const std::size_t rows = (names.size() + columns - 1) / columns;

  const auto looks = looks_of(p, colours);
  const auto sample = [&](double x, double y, double size, const look& l) {
    if (p.kind == plot_kind::bars) return on.fill({x + size - 18, y - 7, x + size, y + 5}, l.colour, l.solid());
    on.line(on.at(x, y - 1), on.at(x + size, y - 1), l.colour, l.thick(), l.dash());
    if (few_points(p)) on.mark(x + size / 2, y - 1, l);
  };
  const double key = on.key(looks, sample, true), gap = 22, step = (on.width - 4 + gap) / double(columns);
  const panel_frame frame(on, p, step - gap, columns > 1);
  const bool labelled = std::any_of(p.references.begin(), p.references.end(), [](auto& r) { return r.vertical; });
  const double stage = labelled ? 1.4 * on.font : 0, below = frame.below;
  const std::string upright = p.y.label.empty() ? "" : p.y.label + (frame.y.log && !p.y.log ? ", logarithmic" : "");
  const double label_lines = on.lines_of(upright, step - gap, on.small()), line = 1.25 * on.font;
  double title_lines = 0;
  if (titled)
    for (const auto& name : names) title_lines = std::max(title_lines, on.lines_of(name, step - gap, on.font));
  const double title = title_lines > 0 ? 1.5 * on.font + (title_lines - 1) * line : 0;
  const double above = title + (upright.empty() ? 0.4 * on.font : 1.7 * on.font + (label_lines - 1) * line) + stage;
  const double inner = wide ? (columns == 1 ? 270 : 210) : 210;
  on.height = key + double(rows) * (above + inner + below) + 6;
  on.key(looks, sample);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double left = double(i % columns) * step, top = key + double(i / columns) * (above + inner + below);
    if (i > 0) on.clear();
    if (titled) on.lines(left + 4, top + on.font, names[i], step - gap, "left", on.font, ":Bold");
    if (!upright.empty())
      on.lines(left + 4, top + above - stage - 0.95 * on.font - (label_lines - 1) * line, upright, step - gap, "left",
               on.small());
    draw_panel(on, p, names[i], looks, frame,
               {left + frame.left, top + above, left + step - gap - frame.right, top + above + inner});
  }
}

/// A place in [0, 1] on a scale from dark blue over grey to yellow that all eyes read (cividis, Nuñez et al. 2018).
inline std::array<int, 3> cividis(double share) {
  static constexpr double scale[][3] = {{0, 34, 78},     {50, 69, 108},   {104, 106, 114},
                                        {150, 144, 118}, {205, 188, 104}, {254, 232, 56}};
  const double place = std::clamp(share, 0.0, 1.0) * 5;
  const int i = std::min(4, int(place));
  std::array<int, 3> colour;
  for (int c = 0; c < 3; ++c) colour[c] = int(std::lround(std::lerp(scale[i][c], scale[i + 1][c], place - i)));
  return colour;
}

/// Series are rows, categories columns; every cell says its number while there is room.
inline void draw_heat_map(sheet& on, const plot& p) {
  double low = INFINITY, high = -INFINITY, names = 0, name_lines = 1;
  for (const series& s : p.data) {
    names = std::max(names, on.text_width(s.name));
    name_lines = std::max(name_lines, on.lines_of(s.name, on.width * 0.4 - 14, on.small()));
    for (double v : s.y)
      if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
  }
  if (std::isfinite(p.y.low)) low = p.y.low;
  if (std::isfinite(p.y.high)) high = p.y.high;
  if (!(low <= high)) low = 0, high = 1;
  if (low == high) high = low + 1;
  const double left = std::min(names + 14, on.width * 0.4), cell = (on.width - left - 4) / double(p.categories.size());
  const double title_lines = on.lines_of(p.y.label, on.width - left - 4), line = 1.25 * on.font;
  const double tall = std::max(std::clamp(cell * 0.6, 22.0, 46.0), 1.1 * line * name_lines),
               head = std::max(0.0, title_lines - 1) * line, top = 3.6 * on.font + head;
  on.height = top + tall * double(p.data.size()) + 0.8 * on.font + on.categories_height(p.categories, cell) +
              (p.x.label.empty() ? 0 : 1.7 * on.font);

  const auto colour = [&](double v) {
    const auto [r, g, b] = cividis((v - low) / (high - low));
    return fmt::format("#{:02x}{:02x}{:02x}", r, g, b);
  };
  const std::string lowest = fmt::format("{:g}", low), highest = fmt::format("{:g}", high);
  on.lines(left, on.font, p.y.label, on.width - left - 4);
  const double bar = left + on.text_width(lowest) + 8;
  for (int i = 0; i < 30; ++i)
    on.fill({bar + i * 4.0, head + 1.65 * on.font, bar + i * 4.0 + (i < 29 ? 5.5 : 4), head + 2.35 * on.font},
            colour(low + (high - low) * i / 29));
  on.text(left, head + 2.05 * on.font, lowest, "left", on.small());
  on.text(bar + 128, head + 2.05 * on.font, highest, "left", on.small());
  for (std::size_t r = 0; r < p.data.size(); ++r) {
    const double y = top + tall * double(r);
    const double lines = on.lines_of(p.data[r].name, left - 14, on.small());
    on.lines(left - 10, y + tall / 2 - (lines - 1) * line / 2, p.data[r].name, left - 14, "right", on.small());
    for (std::size_t c = 0; c < p.categories.size(); ++c) {
      const double v = p.data[r].y[c], x = left + cell * double(c);
      if (!std::isfinite(v)) continue;
      on.fill({x + 1, y + 1, x + cell - 1, y + tall - 1}, colour(v));
      const auto [red, green, blue] = cividis((v - low) / (high - low));
      const bool bright = 0.3 * red + 0.6 * green + 0.1 * blue > 120;
      const std::string words = fmt::format("{:.{}f}", v, high - low < 3 ? 2 : high - low < 30 ? 1 : 0);
      if (on.text_width(words) < cell)
        on.text(x + cell / 2, y + tall / 2, words, "center", on.small(), "", bright ? "#101418" : "#ffffff");
    }
  }
  const double foot = top + tall * double(p.data.size()) + on.font;
  on.categories(p.categories, left, cell, foot);
  if (!p.x.label.empty()) on.text((left + on.width) / 2, on.height - 0.8 * on.font, p.x.label, "center", on.small());
  on.margins({0, 0, on.width, on.height});
  on.script += "set xrange [0:1]\nset yrange [0:1]\nunset tics\nplot NaN\n";
}

/// One spoke a category, from the middle outwards. A series without a value on a spoke has a gap there and no fill.
inline void draw_radar(sheet& on, const plot& p, palette& colours) {
  std::vector<double> values;
  for (const series& s : p.data) values.insert(values.end(), s.y.begin(), s.y.end());
  const axis_scale scale = scale_of({p.y.label, false, p.y.low, p.y.high}, values, 4, true, 0.05);
  const auto looks = looks_of(p, colours);
  const auto sample = [&](double x, double y, double size, const look& l) {
    on.line(on.at(x, y - 1), on.at(x + size, y - 1), l.colour, l.thick(), l.dash());
    on.mark(x + size / 2, y - 1, l);
  };
  const double note_lines = on.lines_of(p.y.label, on.width - 8, on.small());
  const double key = on.key(looks, sample, true), radius = on.width > 500 ? 150 : 105,
               note = note_lines > 0 ? (0.55 + 1.25 * note_lines) * on.font : 0;
  on.height = key + note + 2 * radius + 5.6 * on.font;
  on.key(looks, sample);
  if (note > 0) on.lines(4, key + 0.6 * on.font, p.y.label, on.width - 8, "left", on.small());
  const double x0 = on.width / 2, y0 = key + note + radius + 3 * on.font, spokes = double(p.categories.size());
  const auto point = [&](std::size_t spoke, double share) {
    const double angle = 2 * std::numbers::pi * double(spoke) / spokes;
    return std::array<double, 2>{x0 + share * radius * std::sin(angle), y0 - share * radius * std::cos(angle)};
  };
  const auto share = [&](double v) { return std::clamp((v - scale.low) / (scale.high - scale.low), 0.0, 1.0); };
  int count = 0;
  for (const tick& t : scale.ticks) {
    for (std::size_t i = 0; i < p.categories.size(); ++i) {
      const auto [ax, ay] = point(i, share(t.at));
      const auto [bx, by] = point(i + 1, share(t.at));
      on.line(on.at(ax, ay), on.at(bx, by), axis_colour, 0.7);
    }
    if (++count % 2 == 0) on.text(x0 + 4, y0 - share(t.at) * radius - 7, t.label, "left", on.small() - 2);
  }
  for (std::size_t i = 0; i < p.categories.size(); ++i) {
    const auto [x, y] = point(i, 1);
    on.line(on.at(x0, y0), on.at(x, y), axis_colour, 0.7);
    const auto [lx, ly] = point(i, 1 + 22 / radius);
    const double side = std::abs(lx - x0) < 4 ? 0 : lx > x0 ? 1 : -1;
    on.text(lx, ly, p.categories[i], side == 0 ? "center" : side > 0 ? "left" : "right", on.small());
  }
  on.margins({0, 0, on.width, on.height});
  on.script += fmt::format("set xrange [0:{}]\nset yrange [{}:0]\nunset tics\n", on.width, on.height);
  std::string draws;
  for (std::size_t s = 0; s < p.data.size(); ++s) {
    const std::vector<double>& y = p.data[s].y;
    const auto known = [](double v) { return std::isfinite(v); };
    if (std::none_of(y.begin(), y.end(), known)) continue;  // gnuplot warns of series without a point
    on.script += fmt::format("$ring{} << EOD\n", s);
    bool open = false;  // an empty line breaks the ring where a value is missing
    for (std::size_t i = 0; i <= y.size(); ++i) {
      const double v = y[i % y.size()];
      if (known(v)) {
        const auto [px, py] = point(i, share(v));
        on.script += fmt::format("{:.2f} {:.2f}\n", px, py);
      } else if (open) {
        on.script += "\n";
      }
      open = known(v);
    }
    on.script += "EOD\n";
    const look& l =
        std::find_if(looks.begin(), looks.end(), [&](auto& e) { return e.first == p.data[s].name; })->second;
    const std::string_view before = draws.empty() ? "plot " : ", ";
    draws += before;
    if (std::all_of(y.begin(), y.end(), known))  // a ring with a gap encloses no area
      draws +=
          fmt::format("$ring{} with filledcurves closed fc rgb '{}' fs transparent solid 0.05 noborder, ", s, l.colour);
    draws +=
        fmt::format("$ring{} with linespoints lc rgb '{}' lw 2.2 dt {} pt {} ps 0.8", s, l.colour, l.dash(), l.mark);
  }
  if (draws.empty()) draws = "plot NaN";
  on.script += draws + "\n";
}

}  // namespace krait::report::detail
