// krait/study/exhibit_impl.hpp: from a record to what its page shows.
#pragma once
#include <krait/study/draw_claims.hpp>
#include <krait/study/draw_plots.hpp>
#include <krait/study/draw_tables.hpp>
#include <krait/study/exhibit.hpp>
#include <set>

namespace krait::studies {

KRAIT_INLINE selection among(const record& from, std::string label, const std::vector<std::string>& levels) {
  selection s{std::move(label), {}};
  for (const auto& level : from.levels(s.label))
    if (detail::among(levels, level)) s.levels.push_back(level);
  return s;
}

KRAIT_INLINE void check(const exhibits& page, const record& from) {
  std::set<std::string> names;
  const auto named = [&](const std::string& kind, const auto& one) {
    if (one.name.empty() || !names.insert(kind + one.name).second)
      throw study_error(fmt::format("The page has {} of the name '{}'; give each {} a name of its own.",
                                    one.name.empty() ? "a " + kind : "two " + kind + "s", one.name, kind));
    if (!std::ranges::all_of(one.name, report::in_a_stem))
      throw study_error(
          fmt::format("The {} '{}' gives its name to a file: use letters, digits, - and _ alone.", kind, one.name));
  };
  for (const auto& t : page.tables)
    std::visit(
        [&](const auto& one) {
          named("table", one);
          detail::check_one(one, from);
        },
        t);
  for (const auto& p : page.plots)
    std::visit(
        [&](const auto& one) {
          named("plot", one);
          detail::check_one(one, from);
        },
        p);
  for (const claim& c : page.claims) detail::check_one(c, from);
  for (const sentence& s : page.finding) detail::check_one(s, from);
}

KRAIT_INLINE report::result drawn(const exhibits& page, const record& from) {
  report::result r;
  for (const auto& t : page.tables)
    r.tables.push_back(std::visit([&](const auto& one) { return detail::draw(one, from); }, t));
  for (const auto& p : page.plots) {
    report::plot plot = std::visit([&](const auto& one) { return detail::draw(one, from); }, p);
    if (!plot.data.empty()) r.plots.push_back(std::move(plot));
  }
  std::string failed;
  for (const claim& c : page.claims)
    for (auto& one : detail::draw(c, from)) {
      if (c.precondition && !one.holds && failed.empty())
        failed = fmt::format("{} Here {:.1f}{}, expected {}.", one.statement, one.value,
                             one.unit.empty() ? "" : " " + one.unit, one.expected);
      r.claims.push_back(std::move(one));
    }
  r.finding =
      failed.empty() ? detail::draw(page.finding, from) : page.otherwise + ", for this does not hold: " + failed;
  r.settings = from.facts();
  r.notes = page.notes;
  r.notes.insert(r.notes.end(), from.notes().begin(), from.notes().end());
  if (from.quick) r.notes.push_back("Made with --quick: too few steps to mean anything.");
  return r;
}

}  // namespace krait::studies
