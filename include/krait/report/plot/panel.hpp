// krait/report/plot/panel.hpp: one pair of axes with lines or grouped bars on it.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <krait/report/plot/scale.hpp>
#include <krait/report/plot/sheet.hpp>
#include <krait/report/result.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::report::detail {

using named_looks = std::vector<std::pair<std::string, look>>;

/// Marks and error bars help while there are few points; then a bare line with a band is clearer.
inline bool few_points(const plot& p) {
  return std::all_of(p.data.begin(), p.data.end(), [](const series& s) { return s.x.size() <= 24; });
}

/// What becomes of the axis of y where some series reach so far beyond the others that these would lie flat on it.
struct spared {
  bool log = false;           // all is above 0: the axis is logarithmic
  double low = 0, high = -1;  // else it shows the others, if those are more; low <= high where it does
};
inline spared sparing(const plot& p) {
  constexpr double flat = 20;  // what is so many times smaller takes a twentieth of the height
  if (p.kind != plot_kind::lines || p.y.log || std::isfinite(p.y.low) || std::isfinite(p.y.high)) return {};
  struct reach {
    double low = INFINITY, high = -INFINITY;
    void add(double v) {
      if (std::isfinite(v)) low = std::min(low, v), high = std::max(high, v);
    }
    double size() const { return std::max(std::abs(low), std::abs(high)); }
  };
  std::map<std::string, reach> named;  // of all panels, which share the axis
  for (const series& s : p.data)
    for (const double y : s.y) named[s.name].add(y);
  std::vector<reach> all;
  for (const auto& [name, r] : named)
    if (r.low <= r.high) all.push_back(r);
  std::sort(all.begin(), all.end(), [](const reach& a, const reach& b) { return a.size() < b.size(); });
  for (std::size_t count = 1; count < all.size(); ++count) {
    if (all[count].size() <= flat * all[count - 1].size()) continue;
    reach whole, rest;
    for (std::size_t i = 0; i < all.size(); ++i)
      for (const double v : {all[i].low, all[i].high}) whole.add(v), i < count ? rest.add(v) : void();
    if (whole.low > 0 && whole.high < 1e8 * whole.low) return {.log = true};
    if (2 * count > all.size()) return {.low = rest.low, .high = rest.high};
    return {};
  }
  return {};
}

/// What all panels of a plot share: scales, and the room around the axes.
struct panel_frame {
  axis_scale x, y;
  double left = 0, right = 0, below = 0;
  double foot_lines = 0;  // of the label of x

  /// `wide`: of a panel with its labels; `several`: there are others beside it.
  panel_frame(const sheet& on, const plot& p, double wide, bool several) {
    const spared shown = sparing(p);
    const bool clips = shown.low <= shown.high;
    axis upright = p.y;
    upright.log |= shown.log;
    std::vector<double> xs, ys;
    for (const series& s : p.data)
      for (std::size_t i = 0; i < s.y.size(); ++i) {
        if (i < s.x.size()) xs.push_back(s.x[i]);
        for (const double y : {s.bar_low(i), s.bar_high(i)})
          ys.push_back(clips ? std::clamp(y, shown.low, shown.high) : y);
      }
    bool ys_referenced = false;
    for (const reference_line& r : p.references)
      (r.vertical ? xs : ys).push_back(r.value), ys_referenced |= !r.vertical;
    const bool bars = p.kind == plot_kind::bars;
    y = scale_of(upright, ys, 5, bars && !p.y.log, ys_referenced ? 0.1 : 0.06);
    x = scale_of(p.x, xs, on.width > 500 && !several ? 7 : 4, false, few_points(p) ? 0.025 : 0);
    for (const tick& t : y.ticks) left = std::max(left, on.text_width(t.label));
    left += 14;
    if (!x.ticks.empty()) right = on.text_width(x.ticks.back().label) / 2;
    if (bars) {
      const double inner = wide - left - right;
      x.low = -0.5, x.high = double(p.categories.size()) - 0.5, x.log = false, x.ticks.clear();
      below = on.categories_height(p.categories, inner / double(p.categories.size()));
    }
    foot_lines = on.lines_of(p.x.label, wide - left - right, on.small());
    below = 0.8 * on.font + std::max(below, 1.25 * on.font) +
            (foot_lines > 0 ? (0.25 + 1.25 * foot_lines) * on.font : 0) + 6;
  }
};

/// The two axes: a grid at the ticks of y, a base line, the labels of x.
inline void draw_axes(sheet& on, const plot& p, const panel_frame& f, const box& b) {
  on.margins(b);
  const auto range = [&](char name, const axis_scale& s) {
    on.script += fmt::format("{} logscale {}\nset {}range [{:.9g}:{:.9g}]\nunset {}tics\n", s.log ? "set" : "unset",
                             name, name, s.low, s.high, name);
  };
  range('x', f.x), range('y', f.y);
  for (const tick& t : f.y.ticks) {
    const std::string at = fmt::format("first {:.9g}", t.at);
    on.script += fmt::format("set arrow from graph 0, {0} to graph 1, {0} nohead back lc rgb '{1}' lw {2}\n", at,
                             axis_colour, t.at == 0 ? 1.2 : 0.6);
    on.place(fmt::format("screen {:.5f}, {}", (b.left - 8) / on.width, at), t.label, "right", on.small());
  }
  const double foot = b.bottom + 1.1 * on.font;
  const auto across = [&](double v) {
    const double share =
        f.x.log ? std::log(v / f.x.low) / std::log(f.x.high / f.x.low) : (v - f.x.low) / (f.x.high - f.x.low);
    return b.left + share * (b.right - b.left);
  };
  on.line(on.at(b.left, b.bottom), on.at(b.right, b.bottom), axis_colour, 1.2);
  double free = -1e9;  // labels that would run into the one before are left out
  for (const tick& t : f.x.ticks) {
    const double half = on.text_width(t.label) / 2;
    on.line(on.at(across(t.at), b.bottom), on.at(across(t.at), b.bottom + 4), axis_colour, 1);
    if (across(t.at) - half < free) continue;
    on.text(across(t.at), foot, t.label, "center", on.small());
    free = across(t.at) + half + 6;
  }
  if (p.kind == plot_kind::bars)
    on.categories(p.categories, b.left, (b.right - b.left) / double(p.categories.size()), foot);
  if (!p.x.label.empty())
    on.lines((b.left + b.right) / 2, b.bottom + f.below - (1.25 * f.foot_lines - 0.15) * on.font, p.x.label,
             b.right - b.left, "center", on.small());
  for (const reference_line& r : p.references) {
    const std::string at = fmt::format("first {:.9g}", r.value);
    if (r.vertical) {
      on.line(at + ", graph 0", fmt::format("{}, screen {:.5f}", at, 1 - (b.top - 1.3 * on.font) / on.height),
              text_colour, 0.9, "(3,4)");
      on.text(across(r.value) + 6, b.top - 0.75 * on.font, r.label, "left", on.small());
    } else {
      on.line("graph 0, " + at, "graph 1, " + at, text_colour, 1.1, "(3,4)");
      const bool low = f.y.log ? std::log(r.value / f.y.low) < 0.15 * std::log(f.y.high / f.y.low)
                               : r.value - f.y.low < 0.15 * (f.y.high - f.y.low);
      on.place(fmt::format("graph 1, {} offset 0, {}", at, low ? -0.55 : 0.55), r.label, "right", on.small());
    }
  }
}

/// Whether any point of a series can be drawn.
inline bool has_point(const series& s, const std::vector<double>& x, const panel_frame& f) {
  for (std::size_t i = 0; i < s.y.size(); ++i)
    if (f.x.takes(x[i]) && f.y.takes(s.y[i])) return true;
  return false;
}

/// A block of numbers, "x y low high" a line, kept inside the axis. A point that cannot be drawn breaks the line.
inline void give_numbers(sheet& on, std::string_view name, const series& s, const std::vector<double>& x,
                         const panel_frame& f) {
  on.script += fmt::format("${} << EOD\n", name);
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    if (!f.x.takes(x[i]) || !f.y.takes(s.y[i])) {
      on.script += "\n";
      continue;
    }
    on.script += fmt::format("{:.9g} {:.9g} {:.9g} {:.9g}\n", x[i], s.y[i], std::max(s.bar_low(i), f.y.low),
                             std::min(s.bar_high(i), std::max(f.y.high, s.y[i])));
  }
  on.script += "EOD\n";
}

/// A series that leaves the axis says where, and how far it goes. `count`: of those that did so before.
inline void mark_clipped(sheet& on, const series& s, const std::vector<double>& x, const look& l, const panel_frame& f,
                         int& count) {
  std::size_t farthest = s.y.size();
  double beyond = 1e-6 * (f.y.high - f.y.low);
  for (std::size_t i = 0; i < s.y.size(); ++i) {
    const double now = std::max(s.y[i] - f.y.high, f.y.low - s.y[i]);
    if (f.x.takes(x[i]) && f.y.takes(s.y[i]) && now > beyond) beyond = now, farthest = i;
  }
  if (farthest == s.y.size()) return;
  const bool above = s.y[farthest] > f.y.high, right = 2 * x[farthest] > f.x.low + f.x.high;
  on.place(fmt::format("first {:.9g}, graph {} offset 0, {:.1f}", x[farthest], above ? 1 : 0,
                       (above ? -1 : 1) * (0.7 + 1.1 * count++)),
           fmt::format("{} {:.3g}", above ? "▲" : "▼", s.y[farthest]), right ? "right" : "left", on.small(), ":Bold",
           l.colour);
}

/// The series of one panel inside `b`.
inline void draw_panel(sheet& on, const plot& p, std::string_view panel, const named_looks& looks, const panel_frame& f,
                       const box& b) {
  draw_axes(on, p, f, b);
  std::vector<const series*> shown;
  for (const series& s : p.data)
    if (s.panel == panel) shown.push_back(&s);
  const bool bars = p.kind == plot_kind::bars, few = few_points(p), band = p.spread == spread_style::band || !few;
  const double bar = 0.78 / double(shown.size()), half = bar * 0.46;
  std::string behind, front;
  int clipped = 0;
  for (std::size_t k = 0; k < shown.size(); ++k) {
    const series& s = *shown[k];
    const look& l = std::find_if(looks.begin(), looks.end(), [&](const auto& e) { return e.first == s.name; })->second;
    const std::string name = fmt::format("d{}", k);
    const bool spread = s.has_bars();
    std::vector<double> x = s.x;
    if (bars) {
      x.clear();
      for (std::size_t c = 0; c < p.categories.size(); ++c)
        x.push_back(double(c) + (double(k) - 0.5 * double(shown.size() - 1)) * bar);
    }
    if (!has_point(s, x, f)) continue;  // gnuplot warns of series without one
    if (bars) {
      behind += fmt::format(
          "${0} using 1:2:($1-{1}):($1+{1}):({2:.9g}):2 with boxxyerror fc rgb '{3}' fs transparent solid {4} "
          "noborder, ",
          name, half, f.y.log ? f.y.low : std::clamp(0.0, f.y.low, f.y.high), l.colour, l.solid());
      if (spread)
        front += fmt::format("${} using 1:3:(0):($4-$3) with vectors nohead lc rgb '{}' lw 1.4, ", name, text_colour);
    } else {
      if (spread && band)
        behind += fmt::format("${} using 1:3:4 with filledcurves fc rgb '{}' fs transparent solid 0.16 noborder, ",
                              name, l.colour);
      std::string& layer = s.published ? behind : front;
      if (spread && !band)
        layer += fmt::format("${} using 1:3:(0):($4-$3) with vectors nohead lc rgb '{}' lw 1.4, ", name, l.colour);
      layer += fmt::format("${} using 1:2 with {} lc rgb '{}' lw 2.2 dt {}", name, few ? "linespoints" : "lines",
                           l.colour, l.dash());
      layer += few ? fmt::format(" pt {} ps 0.8, ", l.mark) : std::string(", ");
    }
    give_numbers(on, name, s, x, f);
    if (!bars) mark_clipped(on, s, x, l, f, clipped);
  }
  std::string all = behind + front;
  if (all.size() >= 2) all.resize(all.size() - 2);
  on.script += "plot " + (all.empty() ? std::string("NaN") : all) + "\n";
}

}  // namespace krait::report::detail
