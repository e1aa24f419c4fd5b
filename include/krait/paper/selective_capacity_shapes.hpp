// krait/paper/selective_capacity_shapes.hpp: states of several sizes, told apart by layers and d_state, and what is
// made of their numbers.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <krait/core/error.hpp>
#include <krait/study/exhibit.hpp>
#include <string>
#include <utility>
#include <vector>

namespace krait::paper::detail {

/// A model of the page, from its facts.
struct state_shape {
  std::string name;
  int layers, d_state;
  double parameters;
  std::string title() const { return fmt::format("{} layer{}", layers, layers == 1 ? "" : "s"); }
};
inline std::vector<state_shape> shapes_of(const studies::record& seen) {
  std::vector<state_shape> all;
  for (const auto& model : seen.levels("model"))
    all.push_back({model, static_cast<int>(seen.number(model + ": recurrent layers")),
                   static_cast<int>(seen.number(model + ": d_state")), seen.number(model + ": parameters")});
  return all;
}
/// From the smallest d_state to the greatest.
inline std::vector<state_shape> with_layers(const std::vector<state_shape>& all, int layers) {
  std::vector<state_shape> some;
  std::ranges::copy_if(all, std::back_inserter(some), [&](const state_shape& s) { return s.layers == layers; });
  std::ranges::sort(some, {}, &state_shape::d_state);
  return some;
}
inline studies::quantity floats_of(const state_shape& s) { return studies::of("floats").where("model", s.name); }

inline report::plot over_floats(const studies::record& seen, const std::vector<state_shape>& shapes, const char* name,
                                const char* label, const std::vector<std::pair<std::string, studies::quantity>>& curves,
                                std::string caption) {
  report::plot p{
      .name = name,
      .caption = std::move(caption),
      .alt = fmt::format("Lines of {} against the floats of the state, one for each number of layers.", label),
      .x = {.label = "floats of the state", .log = true},
      .y = {.label = label}};
  std::vector<int> depths;
  for (const state_shape& s : shapes) depths.push_back(s.layers);
  std::ranges::sort(depths);
  depths.erase(std::unique(depths.begin(), depths.end()), depths.end());
  for (const int layers : depths)
    for (const auto& [what, of] : curves) {
      const auto some = with_layers(shapes, layers);
      report::series s{.name = some.front().title() + what};
      for (const state_shape& one : some) {
        const report::measured y = studies::measured(of, seen, {{"model", one.name}}),
                               x = studies::measured(floats_of(one), seen, {});
        if (!std::isfinite(x.value) || !std::isfinite(y.value)) continue;
        s.x.push_back(x.value), s.y.push_back(y.value), s.spread.push_back(y.spread);
        s.low.push_back(y.low), s.high.push_back(y.high);
      }
      if (std::ranges::none_of(s.spread, [](double v) { return std::isfinite(v); })) s.spread.clear();
      if (std::ranges::none_of(s.low, [](double v) { return std::isfinite(v); })) s.low.clear(), s.high.clear();
      p.data.push_back(std::move(s));
    }
  return p;
}

// What may bound the bits, in this order.
inline constexpr const char* numbers_of_states[] = {"floats", "floats of the SSMs", "d_state", "layers", "parameters"};
/// R^2 (%) of a straight line over log2 of a number of each model.
inline studies::quantity explained_by(const std::vector<state_shape>& shapes, const studies::quantity& y,
                                      std::size_t which) {
  std::vector<studies::quantity> values;
  for (const state_shape& s : shapes) values.push_back(y.where("model", s.name));
  for (const state_shape& s : shapes)
    values.push_back(which == 0   ? floats_of(s)
                     : which == 1 ? studies::of("floats_of_recurrence").where("model", s.name)
                     : which == 2 ? studies::quantity(s.d_state)
                     : which == 3 ? studies::quantity(s.layers)
                                  : studies::quantity(s.parameters));
  return studies::combine(
      [n = shapes.size()](const std::vector<double>& v) {
        std::vector<std::pair<double, double>> points;
        for (std::size_t i = 0; i < n; ++i) points.emplace_back(std::log2(v[n + i]), v[i]);
        const bool known = std::ranges::all_of(v, [](double x) { return std::isfinite(x); });
        return known ? 100 * studies::fit(points).explained : report::unknown;
      },
      std::move(values), "%");
}
inline studies::quantity best_of_others(const std::vector<state_shape>& shapes, const studies::quantity& y) {
  std::vector<studies::quantity> others;
  for (std::size_t which = 2; which < std::size(numbers_of_states); ++which)
    others.push_back(explained_by(shapes, y, which));
  // Where all models have as many layers, these explain nothing.
  return studies::combine(
      [](const std::vector<double>& v) {
        double best = 0;
        for (const double x : v)
          if (std::isfinite(x)) best = std::max(best, x);
        return best;
      },
      std::move(others), "%");
}
inline studies::columns explained_columns(const std::vector<state_shape>& shapes, const studies::quantity& y) {
  studies::columns all{};
  for (std::size_t which = 0; which < std::size(numbers_of_states); ++which)
    all.push_back({numbers_of_states[which], explained_by(shapes, y, which)});
  return all;
}
inline studies::quantity least_gain(const std::vector<state_shape>& rising, const studies::quantity& y) {
  std::vector<studies::quantity> values;
  for (const state_shape& s : rising) values.push_back(y.where("model", s.name));
  return studies::combine(
      [](const std::vector<double>& v) {
        double least = v[1] - v[0];
        for (std::size_t i = 2; i < v.size(); ++i) least = std::min(least, v[i] - v[i - 1]);
        return least;
      },
      std::move(values), "bits");
}

/// Models of the same number of floats of the SSMs, for all have one width.
inline std::vector<std::pair<state_shape, state_shape>> equal_pairs(const std::vector<state_shape>& shallow,
                                                                    const std::vector<state_shape>& deep) {
  std::vector<std::pair<state_shape, state_shape>> all;
  for (const state_shape& a : shallow)
    for (const state_shape& b : deep)
      if (a.layers < b.layers && a.layers * a.d_state == b.layers * b.d_state) all.emplace_back(a, b);
  return all;
}
inline studies::quantity mean_of_all(std::vector<studies::quantity> values) {
  const std::string unit = values.front().unit();
  return studies::combine(
      [](const std::vector<double>& v) {
        double sum = 0;
        for (const double x : v) sum += x;
        return sum / static_cast<double>(v.size());
      },
      std::move(values), unit);
}
inline studies::quantity mean_of(const std::vector<state_shape>& shapes, const studies::quantity& y) {
  std::vector<studies::quantity> values;
  for (const state_shape& s : shapes) values.push_back(y.where("model", s.name));
  return mean_of_all(std::move(values));
}
inline studies::quantity mean_difference(const std::vector<std::pair<state_shape, state_shape>>& pairs,
                                         const studies::quantity& y) {
  std::vector<studies::quantity> values;
  for (const auto& [a, b] : pairs) values.push_back(y.where("model", b.name) - y.where("model", a.name));
  return mean_of_all(std::move(values)).in("bits");
}
/// Mean, over the deep models whose floats lie within those of the shallow ones, of what they keep above the straight
/// line from one shallow model to the next over the logarithm of the floats.
inline studies::quantity at_equal_floats(const std::vector<state_shape>& shallow, const std::vector<state_shape>& deep,
                                         const studies::quantity& y) {
  std::vector<studies::quantity> values;
  for (const auto* of : {&shallow, &deep})
    for (const state_shape& s : *of) values.push_back(floats_of(s)), values.push_back(y.where("model", s.name));
  return studies::combine(
      [n = shallow.size()](const std::vector<double>& v) {
        double sum = 0;
        int reached = 0;
        for (std::size_t d = 2 * n; d < v.size(); d += 2)
          for (std::size_t s = 0; s + 2 < 2 * n; s += 2) {
            if (v[d] < v[s] || v[d] >= v[s + 2]) continue;
            const double part = std::log(v[d] / v[s]) / std::log(v[s + 2] / v[s]);
            sum += v[d + 1] - std::lerp(v[s + 1], v[s + 3], part), ++reached;
          }
        return reached ? sum / reached : report::unknown;
      },
      std::move(values), "bits");
}

}  // namespace krait::paper::detail
