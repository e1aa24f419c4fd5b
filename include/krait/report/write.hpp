// krait/report/write.hpp: writes a result into the folder of its run: result.json, CSV tables, SVG plots,
// index.html.
#pragma once
#include <krait/report/html.hpp>
#include <krait/report/json.hpp>
#include <krait/report/palette.hpp>
#include <krait/report/plot/plot.hpp>
#include <krait/report/result.hpp>
#include <krait/report/text.hpp>
#include <string>
#include <vector>

namespace krait::report {

/// Numbers first, pictures after: without gnuplot (file_error) result.json and the tables are there all the same.
/// The folder takes its place only with folder.commit().
template <class Folder> void write_report(const result& r, const Folder& folder) {
  folder.write("result.json", json_text(to_json(r)));
  for (const table& t : r.tables) folder.write(t.name + ".csv", csv(t));
  palette colours(r);
  std::vector<drawn_plot> plots;
  for (const plot& p : r.plots) {
    const std::string wide = gnuplot(plot_script(p, colours, plot_width::wide));
    const std::string narrow = gnuplot(plot_script(p, colours, plot_width::narrow));
    folder.write(p.name + ".svg", finished_svg(wide, p.name, p.alt, svg_home::file));
    plots.push_back({finished_svg(wide, p.name + "-w", p.alt, svg_home::page),
                     finished_svg(narrow, p.name + "-n", p.alt, svg_home::page)});
  }
  folder.write("index.html", html_page(r, plots));
}

}  // namespace krait::report
