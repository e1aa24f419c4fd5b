// krait/report/html.hpp: a result as one page that needs nothing beside it: no script, no other file.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <krait/report/result.hpp>
#include <krait/report/style.hpp>
#include <krait/report/svg.hpp>
#include <krait/report/text.hpp>
#include <string>
#include <vector>

namespace krait::report {

/// One plot of a page, drawn twice: for a page's width and for a telephone's.
struct drawn_plot {
  std::string wide, narrow;
};

namespace detail {

inline std::string html(const table& t) {
  std::vector<bool> numbers(t.columns.size(), true);
  for (const row& r : t.rows)
    for (std::size_t c = 0; c < std::min(r.cells.size(), numbers.size()); ++c) {
      const shown_cell s = shown(r.cells[c], 0);
      if (!s.value.empty() && !s.number) numbers[c] = false;
    }
  std::string text = "<div class=\"block\"><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" +
                     escape(t.caption) + "\"><table>\n<thead><tr>";
  for (std::size_t c = 0; c < t.columns.size(); ++c) {
    const column& head = t.columns[c];
    const std::string unit = head.unit.empty() ? "" : fmt::format(" <span class=\"unit\">{}</span>", escape(head.unit));
    text += fmt::format("<th scope=\"col\"{}>{}{}</th>", numbers[c] ? " class=\"n\"" : "", escape(head.name), unit);
  }
  text += "</tr></thead>\n<tbody>\n";
  for (const row& r : t.rows) {
    text += r.published ? "<tr class=\"published\">" : "<tr>";
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const shown_cell s = shown(c < r.cells.size() ? r.cells[c] : cell{}, t.columns[c].decimals);
      const std::string style = std::string(numbers[c] ? "n" : "") + (t.columns[c].published ? " published" : "");
      const std::string spread =
          s.spread.empty() ? "" : fmt::format(" <span class=\"spread\">{}</span>", escape(s.spread));
      text += fmt::format("<td class=\"{}\">{}{}</td>", style, escape(s.value), spread);
    }
    text += "</tr>\n";
    if (!r.source.empty())
      text += fmt::format("<tr class=\"published source\"><td colspan=\"{}\">{}</td></tr>\n", t.columns.size(),
                          escape(r.source));
  }
  text += "</tbody></table></div>";
  if (!t.caption.empty()) text += fmt::format("<p class=\"caption\">{}</p>", escape(t.caption));
  return text + "</div>\n";
}

inline std::string html(const claim& c) {
  std::string facts;
  const std::string unit = c.unit.empty() ? "" : " " + c.unit;
  facts = here(c);
  if (std::isfinite(c.value) && std::isfinite(c.spread))
    facts += fmt::format(" (± {}{})", shown_number(c.spread, 1), unit);
  if (!c.expected.empty()) facts += (facts.empty() ? "Expected " : ", expected ") + c.expected;
  return fmt::format(
      "<li id=\"{}\"><p class=\"verdict {}\">{}</p><p>{}</p><p class=\"facts\">{}. <span "
      "class=\"published\">{}</span></p></li>\n",
      escape(c.id), c.holds ? "yes" : "no", c.holds ? "✓ Holds" : "✗ Does not hold", escape(c.statement), escape(facts),
      escape(c.source));
}

inline std::string html(const std::vector<setting>& settings) {
  std::string text = "<dl>\n";
  for (const setting& s : settings) {
    const auto* number = std::get_if<double>(&s.value);
    const auto* whole = std::get_if<std::int64_t>(&s.value);
    const shown_cell other = shown(s.value, 3);
    const std::string value = number  ? fmt::format("{:g}", *number)
                              : whole ? fmt::format("{}", *whole)
                                      : other.value + " " + other.spread;
    text += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape(s.name), escape(value));
  }
  return text + "</dl>\n";
}

/// Published series of a plot, with where they are from.
inline std::string sources(const plot& p) {
  std::string text;
  for (const series& s : p.data)
    if (s.published && !s.source.empty() && text.find(escape(s.source)) == std::string::npos)
      text += fmt::format("{}{}", text.empty() ? " <span class=\"published\">Published values in grey: " : "; ",
                          escape(s.source));
  return text.empty() ? text : text + ".</span>";
}

}  // namespace detail

/// The page. `plots`: what svg made of result.plots, in their order.
inline std::string html_page(const result& r, const std::vector<drawn_plot>& plots) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
      "content=\"width=device-width, "
      "initial-scale=1\">\n<meta name=\"generator\" content=\"krait {0}\">\n<title>{1}</title>\n<meta "
      "name=\"description\" "
      "content=\"{2}\">\n<link rel=\"icon\" href=\"data:,\">\n<style>{3}</style>\n</head>\n<body>\n<main>\n<p "
      "class=\"name\">{4}</p>\n<h1>{1}</h1>\n<p "
      "class=\"finding\">{2}</p>\n",
      escape(r.version), escape(r.question), escape(r.finding), detail::page_style, escape(r.experiment));
  if (!r.tables.empty()) page += detail::html(r.tables.front());
  for (std::size_t i = 0; i < r.plots.size() && i < plots.size(); ++i)
    page += fmt::format(
        "<figure id=\"{}\">\n<div class=\"wide\">{}</div>\n<div "
        "class=\"narrow\">{}</div>\n<figcaption>{}{}</figcaption>\n</figure>\n",
        escape(r.plots[i].name), plots[i].wide, plots[i].narrow, escape(r.plots[i].caption),
        detail::sources(r.plots[i]));
  if (!r.claims.empty()) {
    const auto list = [&](const char* title, auto&& counts) {
      if (std::ranges::none_of(r.claims, counts)) return;
      page += fmt::format("<h2>{}</h2>\n<ul class=\"claims\">\n", title);
      for (const claim& c : r.claims)
        if (counts(c)) page += detail::html(c);
      page += "</ul>\n";
    };
    list("What must hold for this run to say anything", [](const claim& c) { return c.precondition; });
    list("What was published, and what this run says",
         [](const claim& c) { return !c.precondition && !c.source.empty(); });
    list("What else this run says", [](const claim& c) { return !c.precondition && c.source.empty(); });
  }
  if (r.tables.size() > 1) page += "<h2>More numbers</h2>\n";
  for (std::size_t i = 1; i < r.tables.size(); ++i) page += detail::html(r.tables[i]);
  if (!r.notes.empty()) {
    page += "<h2>Read with care</h2>\n<ul class=\"notes\">\n";
    for (const std::string& note : r.notes) page += fmt::format("<li>{}</li>\n", escape(note));
    page += "</ul>\n";
  }
  page += fmt::format("<h2>How this was made</h2>\n<pre>{}</pre>\n", escape(r.command));
  std::string seeds;
  for (auto seed : r.seeds) seeds += fmt::format("{}{}", seeds.empty() ? "" : ", ", seed);
  std::vector<setting> made = {{"krait", r.version}, {"seeds", seeds}, {"time taken", duration(r.seconds)}};
  if (r.peak_memory_bytes > 0) made.push_back({"memory used", memory(r.peak_memory_bytes)});
  made.insert(made.end(), r.environment.begin(), r.environment.end());
  page += detail::html(made);
  if (!r.settings.empty()) page += "<h2>Settings</h2>\n" + detail::html(r.settings);
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace krait::report
