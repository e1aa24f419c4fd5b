// krait/report/plot/sheet.hpp: a sheet to draw on, in points from the upper left, that becomes a gnuplot script.
#pragma once
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <krait/report/palette.hpp>
#include <krait/report/plot/scale.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::report {

/// For a page, and for a telephone.
enum class plot_width { wide, narrow };

namespace detail {

/// A string of gnuplot's. In single quotes nothing is expanded: no backslashes, no backquotes, no variables.
inline std::string quoted(std::string_view text) {
  std::string safe = "'";
  for (char c : text) {
    if (c == '\'') safe += '\'';
    safe += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return safe + "'";
}

/// Characters, not bytes, of a UTF-8 text.
inline double characters(std::string_view text) {
  return double(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// Words in lines of at most `most` characters (a longer word has a line of its own).
inline std::vector<std::string> wrapped(std::string_view text, double most) {
  std::vector<std::string> lines(1);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string word(text.substr(0, end));
    if (!lines.back().empty() && characters(lines.back()) + 1 + characters(word) > most) lines.emplace_back();
    if (!lines.back().empty() && !word.empty()) lines.back() += ' ';
    lines.back() += word;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

struct box {
  double left, top, right, bottom;
};

/// How a series is told from the others: colour and mark of its model; dashes or shades where a model has several.
struct look {
  std::string colour;
  int mark = 7;
  std::size_t turn = 0;  ///< 0 for the first series of this colour, 1 for the second
  std::string dash() const {
    static constexpr const char* dashes[] = {"1", "(9,5)", "(3,4)", "(9,4,2,4)"};
    return dashes[turn % 4];
  }
  /// gnuplot's SVG joins arrows of one colour and width into one path, whatever their dashes: so widths differ a
  /// little.
  double thick() const { return 2.2 + 0.01 * double(turn % 4); }
  double solid() const { return turn % 3 == 0 ? 1 : turn % 3 == 1 ? 0.55 : 0.3; }
};

class sheet {
 public:
  sheet(plot_width w) : width(w == plot_width::wide ? 720 : 390), font(w == plot_width::wide ? 15 : 14) {}

  double width, height = 400, font;
  std::string script;

  double small() const { return font - 1.5; }
  double text_width(std::string_view text) const { return 0.58 * font * characters(text); }

  /// A screen position, as gnuplot counts it: from the lower left, 0 to 1.
  std::string at(double x, double y) const {
    return fmt::format("screen {:.5f}, screen {:.5f}", x / width, 1 - y / height);
  }

  void text(double x, double y, std::string_view words, std::string_view align = "left", double size = 0,
            std::string_view style = "", std::string_view colour = text_colour) {
    place(at(x, y), words, align, size, style, colour);
  }
  /// Where gnuplot's own coordinates say.
  void place(std::string_view where, std::string_view words, std::string_view align, double size = 0,
             std::string_view style = "", std::string_view colour = text_colour) {
    script += fmt::format("set label {} at {} {} font 'sans-serif{},{}' textcolor rgb '{}' front\n", quoted(words),
                          where, align, style, size > 0 ? size : font, colour);
  }
  void line(std::string_view from, std::string_view to, std::string_view colour, double thick,
            std::string_view dash = "1") {
    script +=
        fmt::format("set arrow from {} to {} nohead front lc rgb '{}' lw {} dt {}\n", from, to, colour, thick, dash);
  }
  /// In as many lines as the width asks for, the first of them at y; `lines_of` says how many that are.
  void lines(double x, double y, std::string_view words, double wide, std::string_view align = "left", double size = 0,
             std::string_view style = "", std::string_view colour = text_colour) {
    for (const auto& part : wrapped(words, wide / (0.58 * (size > 0 ? size : font))))
      text(x, y, part, align, size, style, colour), y += 1.25 * font;
  }
  double lines_of(std::string_view words, double wide, double size = 0) const {
    return words.empty() ? 0 : double(wrapped(words, wide / (0.58 * (size > 0 ? size : font))).size());
  }
  void mark(double x, double y, const look& l, double size = 0.8) {
    script += fmt::format("set label '' at {} point pt {} ps {} lc rgb '{}' front\n", at(x, y), l.mark, size, l.colour);
  }
  void fill(const box& b, std::string_view colour, double solid = 1) {
    script += fmt::format("set object rectangle from {} to {} fc rgb '{}' fs transparent solid {} noborder front\n",
                          at(b.left, b.bottom), at(b.right, b.top), colour, solid);
  }
  void margins(const box& b) {
    script += fmt::format(
        "set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\nset tmargin at screen {:.5f}\n"
        "set bmargin at screen {:.5f}\n",
        b.left / width, b.right / width, 1 - b.top / height, 1 - b.bottom / height);
  }
  /// Names under their places of width `each`, from `left` on: in lines of words, or slanting where a word is too long.
  void categories(const std::vector<std::string>& names, double left, double each, double top) {
    const bool slanting = slants(names, each);
    for (std::size_t c = 0; c < names.size(); ++c) {
      const double x = left + each * (double(c) + 0.5);
      double y = top;
      if (slanting)
        text(x + 4, y - 0.4 * font, names[c], "right rotate by 38", small());
      else
        for (const auto& part : wrapped(names[c], each / (0.58 * small())))
          text(x, y, part, "center", small()), y += 1.25 * font;
    }
  }
  double categories_height(const std::vector<std::string>& names, double each) const {
    double most = 0;
    const bool slanting = slants(names, each);
    for (const std::string& name : names)
      most = std::max(most, slanting ? 0.62 * text_width(name)
                                     : 1.25 * font * double(wrapped(name, each / (0.58 * small())).size()));
    return most;
  }

  void clear() { script += "unset label\nunset arrow\nunset object\n"; }

  /// The names of all series, flowing in rows; `draws` draws what stands beside a name, as wide as it is told: dashes
  /// need some room beside a mark. Gives the height taken.
  template <class Draws>
  double key(const std::vector<std::pair<std::string, look>>& entries, Draws draws, bool dry = false) {
    double x = 4, y = font;
    if (entries.empty()) return 4;
    const bool dashed = std::any_of(entries.begin(), entries.end(), [](const auto& e) { return e.second.turn > 0; });
    const double sample = dashed ? 41 : 26, before = sample + 8;
    for (const auto& [name, l] : entries) {
      const double room = width - 8 - before, wide = before + std::min(text_width(name), room);
      if (x > 4 && x + wide > width - 4) x = 4, y += 1.55 * font;
      if (!dry) draws(x, y, sample, l), lines(x + before, y, name, room);
      y += 1.25 * font * (lines_of(name, room) - 1);
      x += wide + 22;
    }
    return y + font;
  }

  bool slants(const std::vector<std::string>& names, double each) const {
    for (const std::string& name : names)
      for (const std::string& part : wrapped(name, 1))
        if (0.58 * small() * characters(part) > each) return true;
    return false;
  }

  /// What goes to gnuplot.
  std::string finished() const {
    return fmt::format(
        "set encoding utf8\nset terminal svg size {},{} dynamic noenhanced font 'sans-serif,{}'\nunset key\nset tics "
        "scale 0 "
        "textcolor rgb '{}'\nset format ''\nset border 0 lc rgb '{}' lw 1\nset multiplot\n{}unset multiplot\n",
        width, std::ceil(height), font, text_colour, axis_colour, script);
  }
};

/// Looks for all series of a plot, by name: the same in every panel.
inline std::vector<std::pair<std::string, look>> looks_of(const plot& p, palette& colours) {
  static constexpr int marks[] = {7, 5, 9, 13, 11, 15};
  std::vector<std::pair<std::string, look>> all;
  std::map<std::string, std::size_t> turns;
  for (const series& s : p.data) {
    const auto same = [&](const auto& entry) { return entry.first == s.name; };
    if (std::any_of(all.begin(), all.end(), same)) continue;
    look l;
    l.colour = colours.colour(s);
    const std::size_t place = s.published ? turns[l.colour] + 3 : colours.place(s.model.empty() ? s.name : s.model);
    l.mark = marks[place % 6];
    l.turn = turns[l.colour]++;
    all.emplace_back(s.name, l);
  }
  return all;
}

}  // namespace detail
}  // namespace krait::report
