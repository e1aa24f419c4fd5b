// krait/study/draw_plots.hpp: plots of the record.
#pragma once
#include <cmath>
#include <krait/study/places.hpp>
#include <set>

namespace krait::studies::detail {

inline void check_one(const report::plot&, const record&) {}

template <class Plot> void check_curves(const Plot& p, const record& from, std::vector<std::string> given) {
  give(given, p.series, from);
  if constexpr (requires { p.panel; }) give(given, p.panel, from);
  for (const curve& c : p.y) check_quantity("plot " + p.name, c.of, from, given);
}
inline void check_one(const lines& p, const record& from) {
  auto given = fixed_by(p.where, p.only, from);
  if (p.x.over != "step") give(given, p.x.over, from);
  check_curves(p, from, given);
}
inline void check_one(const bars& p, const record& from) {
  auto given = fixed_by(p.where, p.only, from);
  give(given, p.categories, from);
  check_curves(p, from, given);
}
inline void check_one(const radar& p, const record& from) {
  auto given = fixed_by(p.where, p.only, from);
  give(given, p.categories, from);
  check_curves(p, from, given);
}
inline void check_one(const heat_map& p, const record& from) {
  auto given = fixed_by(p.where, p.only, from);
  give(given, p.rows, from), give(given, p.columns, from);
  check_quantity("plot " + p.name, p.of, from, given);
}

/// Eight colours can be told apart (report/palette.hpp): of more series each family has a colour, its members dashes.
inline constexpr std::size_t most_colours = 8;

/// f(labels, series name, colour's name, published, curve) for every series of a plot, panels outermost.
template <class Plot, class F> void each_series(const Plot& p, const record& from, F&& f) {
  std::string panel;
  bool published = true;
  if constexpr (requires { p.panel; }) panel = p.panel, published = p.published;
  const auto in_panel = [&](const labels& at) {
    const auto own = p.series.empty() ? std::vector<std::string>{""} : levels_of(from, p.series, p.only);
    const auto all = p.series.empty() || !published ? own : with_published(from, p.series, p.only);
    for (const bool grey : {false, true}) {
      if (grey && !published) break;
      for (const auto& level : grey ? all : own)
        for (const curve& c : p.y) {
          if (grey && c.grey) continue;  // drawn already
          labels place = at;
          if (!p.series.empty()) set(place, {p.series, level});
          std::string name = titled(p.series, level);
          if (!c.name.empty()) name += (name.empty() ? "" : ", ") + c.name;
          if (grey && !analytic(from, p.series, level))
            name = (name.empty() ? std::string("published") : name + " (published)");
          const bool by_family = !grey && own.size() > most_colours;
          f(place, name, level.empty() ? c.name : by_family ? from.family_of(p.series, level) : level, grey, c);
        }
    }
  };
  if (panel.empty())
    in_panel(p.where);
  else
    for (const auto& level : levels_of(from, panel, p.only)) in_panel(with(p.where, {panel, level}));
}

inline std::string words(std::string label, const std::string& otherwise) {
  return label.empty() ? otherwise : std::move(label);
}
inline std::string alt_of(const std::string& given, const std::string& kind, const std::string& y, const std::string& x,
                          const std::string& series, const std::string& panel) {
  if (!given.empty()) return given;
  std::string text = kind + " of " + (y.empty() ? "the measured values" : y);
  if (!x.empty()) text += " against " + x;
  if (!series.empty()) text += ", one for each " + series;
  if (!panel.empty()) text += ", a panel for each " + panel;
  return text + ".";
}

/// The steps that a series has with any seed.
inline std::vector<long> steps_of(const quantity& q, const record& from, const labels& at) {
  std::set<long> all;
  for (const std::uint64_t seed : from.seeds)
    for (const long s : q.steps({&from, at, seed})) all.insert(s);
  return {all.begin(), all.end()};
}

/// Never below `least`; on a logarithmic axis nothing is at 0 or below, nor ends a bar there.
inline void add_point(report::series& s, double x, const report::measured& m, const lines& p) {
  const double y = m.value < p.least ? p.least : m.value;
  if (!std::isfinite(y) || (p.axis.log && y <= 0)) return;
  s.x.push_back(x), s.y.push_back(y), s.spread.push_back(p.axis.log ? std::min(m.spread, 0.9 * y) : m.spread);
  s.low.push_back(p.axis.log ? std::max(m.low, 0.1 * y) : m.low), s.high.push_back(m.high);
}
inline void add_bar(report::series& s, const report::measured& m) {
  s.y.push_back(m.value), s.spread.push_back(m.spread), s.low.push_back(m.low), s.high.push_back(m.high);
}
/// Without any known spread or interval none is drawn, nor one of numbers that no seed has its own of.
inline void tidy(report::series& s) {
  const auto unknown = [&](const std::vector<double>& all) {
    return s.published || std::ranges::none_of(all, [](double x) { return std::isfinite(x); });
  };
  if (unknown(s.spread)) s.spread.clear();
  if (unknown(s.low)) s.low.clear(), s.high.clear();
}

inline report::plot draw(report::plot as_it_is, const record&) {
  for (report::series& s : as_it_is.data)
    if (!s.published) tidy(s);
  return as_it_is;
}

inline report::plot draw(const lines& p, const record& from) {
  report::plot made{.name = p.name,
                    .kind = report::plot_kind::lines,
                    .caption = p.caption,
                    .x = {.label = words(p.x.label, p.x.over == "step" ? "training steps" : p.x.over),
                          .log = p.x.log,
                          .low = p.x.low,
                          .high = p.x.high},
                    .y = p.axis,
                    .references = p.references,
                    .spread = p.band ? report::spread_style::band : report::spread_style::bars};
  made.alt = alt_of(p.alt, "Lines", p.axis.label, made.x.label, p.series, p.panel);
  each_series(p, from, [&](const labels& at, std::string name, const std::string& colour, bool grey, const curve& c) {
    report::series s{.name = std::move(name), .model = colour, .published = grey || c.grey};
    if (!p.panel.empty()) s.panel = titled(p.panel, *find(at, p.panel));
    if (s.published) s.source = c.grey ? c.source : source(from, at);
    if (p.x.over == "step") {
      if (grey) return;
      if (p.each_seed) {
        for (const std::uint64_t seed : from.seeds) {
          report::series one = s;
          one.name += fmt::format("{}seed {}", one.name.empty() ? "" : ", ", seed);
          place where{&from, at, seed};
          for (const long step : c.of.steps(where)) {
            where.step = step;
            add_point(one, static_cast<double>(step), {c.of.value(where), report::unknown}, p);
          }
          tidy(one);
          if (!one.x.empty()) made.data.push_back(std::move(one));
        }
        return;
      }
      for (const long step : steps_of(c.of, from, at)) {
        if (p.x.log && step == 0) continue;
        add_point(s, static_cast<double>(step), measured(c.of, from, at, false, step), p);
      }
    } else {
      for (const auto& level : grey ? with_published(from, p.x.over, p.only) : levels_of(from, p.x.over, p.only)) {
        const double x = number_of(level);
        add_point(s, p.x.map ? p.x.map(x) : x, measured(c.of, from, with(at, {p.x.over, level}), grey), p);
      }
    }
    tidy(s);
    if (!s.x.empty()) made.data.push_back(std::move(s));
  });
  return made;
}

/// Bars and radars: a value for each category.
template <class Plot> report::plot draw_categories(const Plot& p, const record& from, report::plot_kind kind) {
  report::plot made{.name = p.name, .kind = kind, .caption = p.caption, .y = p.axis};
  std::string panel;
  if constexpr (requires { p.panel; }) panel = p.panel, made.references = p.references;
  made.alt =
      alt_of(p.alt, kind == report::plot_kind::bars ? "Bars" : "Radar", p.axis.label, p.categories, p.series, panel);
  if (p.categories.empty()) {
    for (const curve& c : p.y) made.categories.push_back(c.name);
    Plot alone = p;
    alone.y = curves{curve(quantity(0.0))};
    each_series(alone, from,
                [&](const labels& at, std::string name, const std::string& colour, bool grey, const curve&) {
                  report::series s{.name = std::move(name), .model = colour, .published = grey};
                  if (!panel.empty()) s.panel = titled(panel, *find(at, panel));
                  if (grey) s.source = source(from, at);
                  for (const curve& c : p.y) {
                    const auto m = measured(c.of, from, at, grey);
                    add_bar(s, m);
                  }
                  tidy(s);
                  if (std::ranges::any_of(s.y, [](double y) { return std::isfinite(y); }))
                    made.data.push_back(std::move(s));
                });
    return made;
  }
  made.categories = levels_of(from, p.categories, p.only);
  each_series(p, from, [&](const labels& at, std::string name, const std::string& colour, bool grey, const curve& c) {
    report::series s{.name = std::move(name), .model = colour, .published = grey || c.grey};
    if (!panel.empty()) s.panel = titled(panel, *find(at, panel));
    if (s.published) s.source = c.grey ? c.source : source(from, at);
    for (const auto& level : made.categories) {
      const auto m = measured(c.of, from, with(at, {p.categories, level}), grey);
      add_bar(s, m);
    }
    tidy(s);
    if (std::ranges::any_of(s.y, [](double y) { return std::isfinite(y); })) made.data.push_back(std::move(s));
  });
  return made;
}
inline report::plot draw(const bars& p, const record& from) {
  return draw_categories(p, from, report::plot_kind::bars);
}
inline report::plot draw(const radar& p, const record& from) {
  return draw_categories(p, from, report::plot_kind::radar);
}

inline report::plot draw(const heat_map& p, const record& from) {
  report::plot made{.name = p.name,
                    .kind = report::plot_kind::heat_map,
                    .caption = p.caption,
                    .x = {.label = p.x_label},
                    .y = p.axis,
                    .categories = levels_of(from, p.columns, p.only)};
  made.alt = alt_of(p.alt, "Heat map", p.axis.label, p.columns, p.rows, {});
  for (const auto& row : levels_of(from, p.rows, p.only)) {
    report::series s{.name = row};
    for (const auto& column : made.categories)
      s.y.push_back(measured(p.of, from, with(with(p.where, {p.rows, row}), {p.columns, column})).value);
    if (std::ranges::any_of(s.y, [](double y) { return std::isfinite(y); })) made.data.push_back(std::move(s));
  }
  return made;
}

}  // namespace krait::studies::detail
