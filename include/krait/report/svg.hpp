// krait/report/svg.hpp: makes what gnuplot draws small, scalable, readable on light and dark, and safe to inline.
#pragma once
#include <fmt/core.h>

#include <cstddef>
#include <krait/report/palette.hpp>
#include <string>
#include <string_view>

namespace krait::report {

namespace detail {

inline void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Removes every stretch from `open` to the end of the next `close`.
inline void remove_between(std::string& text, std::string_view open, std::string_view close) {
  for (std::size_t at; (at = text.find(open)) != std::string::npos;) {
    const std::size_t end = text.find(close, at + open.size());
    if (end == std::string::npos) return;
    text.erase(at, end + close.size() - at);
  }
}

/// gnuplot opens a group for every change of a pen; those with nothing in them go.
inline std::string without_empty_groups(std::string_view text) {
  std::string kept;
  while (!text.empty()) {
    const std::size_t group = text.find("<g fill=\"none\"");
    if (group == std::string_view::npos) break;
    const std::size_t body = text.find('>', group) + 1, next = text.find_first_not_of(" \t\n", body);
    kept.append(text.substr(0, group));
    const bool empty = next != std::string_view::npos && text.substr(next, 4) == "</g>";
    if (!empty) kept.append(text.substr(group, body - group));
    text.remove_prefix(empty ? next + 4 : body);
  }
  return kept.append(text);
}

}  // namespace detail

/// Text for HTML and XML: every character that could be markup is named; control characters go.
inline std::string escape(std::string_view text) {
  std::string safe;
  for (char c : text) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      case '\n':
      case '\t':
      case '\r':
        safe += ' ';
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) safe += c;
    }
  return safe;
}

/// Whose colours an SVG takes: those of the page around it, or greys of its own that light and dark both carry.
enum class svg_home { page, file };

/// `drawn`: what gnuplot's svg terminal printed. `id`: unlike all others on the page. `alt`: its text alternative.
inline std::string finished_svg(std::string drawn, std::string_view id, std::string_view alt, svg_home home) {
  using detail::replace_all;
  const std::size_t view = drawn.find("viewBox=\""), view_end = drawn.find('"', view + 9) + 1;
  const std::string view_box = drawn.substr(view, view_end - view);
  drawn.erase(0, drawn.find("<defs>"));
  drawn.erase(drawn.rfind("</g>"));  // closes gnuplot_canvas, opened before <defs>
  detail::remove_between(drawn, "<filter", "</filter>");
  detail::remove_between(drawn, "<title>", "</title>");       // a browser would show "plot_1" as a hint
  detail::remove_between(drawn, " id=\"gnuplot_plot", "\"");  // the same on every plot of a page
  drawn = detail::without_empty_groups(drawn);
  for (std::string_view pen : {" color=\"black\"", " color=\"white\"", " color=\"gray\"", " fill=\"black\"",
                               " shape-rendering='crispEdges'", " font-family=\"sans-serif\"", " class=\"gridline\""})
    replace_all(drawn, pen, "");
  replace_all(drawn, " font-family=\"sans-serif:Bold\"", " font-weight=\"600\"");  // unknown to gnuplot's plain labels
  replace_all(drawn, "xlink:href", "href");
  replace_all(drawn, "gpPt", fmt::format("{}-p", id));
  replace_all(drawn, "gpDot", fmt::format("{}-dot", id));
  const bool page = home == svg_home::page;
  const std::string_view greys[] = {page ? "currentColor" : "#767676", page ? "var(--axis)" : "#a0a0a0",
                                    page ? "var(--published)" : "#8a8a8a"};
  for (int i = 0; i < 3; ++i)
    for (std::string_view form : {"rgb({0},{0},{0})", "rgb({0:3}, {0:3}, {0:3})"})
      replace_all(drawn, fmt::format(fmt::runtime(form), i + 1), greys[i]);
  if (page) replace_all(drawn, "rgb(  0, 114, 178)", "var(--blue)");  // a little lighter on dark
  replace_all(drawn, "\t", "");
  replace_all(drawn, "\n\n", "\n");
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" {} role=\"img\" aria-label=\"{}\" "
      "{}>\n{}</svg>\n",
      view_box, escape(alt), page ? "fill=\"currentColor\"" : "font-family=\"sans-serif\" color=\"#767676\"", drawn);
}

}  // namespace krait::report
