// krait/report/plot/plot.hpp: draws a plot as SVG with gnuplot: lines with error bars or bands, grouped bars, heat map,
// radar.
#pragma once
#include <krait/core/error.hpp>
#include <krait/report/gnuplot.hpp>
#include <krait/report/palette.hpp>
#include <krait/report/plot/kinds.hpp>
#include <krait/report/result.hpp>
#include <krait/report/svg.hpp>
#include <string>
#include <utility>

namespace krait::report {

/// The gnuplot script of a plot. Throws data_error when x, y, spread or categories do not fit each other.
inline std::string plot_script(const plot& p, palette& colours, plot_width width) {
  detail::check(p);
  detail::sheet sheet(width);
  switch (p.kind) {
    case plot_kind::lines:
    case plot_kind::bars:
      detail::draw_panels(sheet, p, colours);
      break;
    case plot_kind::heat_map:
      detail::draw_heat_map(sheet, p);
      break;
    case plot_kind::radar:
      detail::draw_radar(sheet, p, colours);
      break;
  }
  return sheet.finished();
}

/// A plot as SVG. Throws data_error as plot_script, file_error without gnuplot.
inline std::string plot_svg(const plot& p, palette& colours, plot_width width = plot_width::wide,
                            svg_home home = svg_home::file) {
  const std::string id = p.name + (width == plot_width::wide ? "-w" : "-n");
  return finished_svg(gnuplot(plot_script(p, colours, width)), id, p.alt, home);
}

}  // namespace krait::report
