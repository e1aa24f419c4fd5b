// krait/data/csv.hpp: CSV as RFC 4180 has it: quotes, line ends within quotes, CRLF or LF, a byte order mark.
// The parser is libcsv (C, in Debian); krait adds the header line, positions in messages and the check of row lengths.
#pragma once
#include <csv.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/data/column_names.hpp>
#include <krait/data/compressed.hpp>
#include <krait/data/encoding.hpp>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace krait::data {

/// A header line and rows of as many fields each.
struct csv_table {
  std::string origin;  // file name, for messages
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<long> lines = {};  // of the file, where each row ends

  /// Where a row stands, for messages: "facts.csv, line 7".
  std::string place(const std::vector<std::string>& row) const {
    return origin + ", line " + std::to_string(lines[static_cast<std::size_t>(&row - rows.data())]);
  }
  /// Column with this name, upper and lower case alike (ASCII). Throws data_error where two have it.
  std::optional<std::size_t> find(std::string_view name) const {
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (!std::ranges::equal(header[i], name, {}, detail::ascii_lower, detail::ascii_lower)) continue;
      if (found)
        throw data_error(origin + " has two columns called '" + std::string(name) + "', numbers " +
                         std::to_string(*found + 1) + " and " + std::to_string(i + 1) + "; rename one of them.");
      found = i;
    }
    return found;
  }
  /// Column with nearly this name, which a person may take for it: " Answer", "Answers", "anwser".
  std::optional<std::size_t> find_near(std::string_view name) const {
    const auto near =
        std::ranges::find_if(header, [&](const auto& title) { return detail::nearly_equal(title, name); });
    if (near == header.end()) return std::nullopt;
    return static_cast<std::size_t>(near - header.begin());
  }
  /// As find; throws data_error, which lists the columns there are.
  std::size_t column(std::string_view name) const {
    if (const auto at = find(name)) return *at;
    std::string have;
    for (const std::string& title : header) have += (have.empty() ? "" : ", ") + detail::printable(title);
    const auto near = find_near(name);
    throw data_error(origin + " has no column '" + std::string(name) + "', only: " + have + "; rename " +
                     (near ? "'" + detail::printable(header[*near]) + "'" : std::string("one of them")) +
                     ", or name another column.");
  }
};

namespace detail {

struct csv_rows {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row;
  std::vector<long> last_lines;  // where each row ends
  long line = 0;

  // C calls these two, so nothing may be thrown out of them.
  static void on_field(void* text, std::size_t size, void* self) noexcept {
    static_cast<csv_rows*>(self)->row.emplace_back(static_cast<const char*>(text), size);
  }
  static void on_row(int, void* self) noexcept {
    auto& in = *static_cast<csv_rows*>(self);
    in.rows.push_back(std::exchange(in.row, {}));
    in.last_lines.push_back(in.line);
  }
};

}  // namespace detail

/// Table from text whose first line is the header; empty lines are left out, spaces are kept.
/// Throws data_error: UTF-16, no header, a quote out of place or never closed, a row longer or shorter than the header.
inline csv_table parse_csv(std::string_view text, std::string origin) {
  detail::refuse_utf16(text, origin);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) throw std::bad_alloc();
  const std::unique_ptr<csv_parser, decltype(&csv_free)> owner(&parser, &csv_free);
  csv_set_space_func(&parser,
                     [](unsigned char) { return 0; });  // libcsv would trim fields, RFC 4180 keeps their spaces

  detail::csv_rows in;
  bool sound = true;
  while (sound && !text.empty()) {
    ++in.line;  // one line a call, so that messages can name it
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    if (!detail::is_utf8(text.substr(0, size)))
      throw data_error(origin + ", line " + std::to_string(in.line) +
                       " has bytes that are no UTF-8; save the file as UTF-8.");
    sound = csv_parse(&parser, text.data(), size, &in.on_field, &in.on_row, &in) == size;
    text.remove_prefix(size);
  }
  if (!sound || csv_fini(&parser, &in.on_field, &in.on_row, &in) != 0)
    throw data_error(origin + ", line " + std::to_string(in.line) + ": " +
                     (sound ? "a quoted field is never closed" : "a quote stands inside a field") +
                     "; put fields with quotes into quotes and double the inner ones.");
  if (in.rows.empty()) throw data_error(origin + " is empty; it needs a header line and rows.");

  csv_table table{std::move(origin), std::move(in.rows.front()), {}};
  in.rows.erase(in.rows.begin());
  table.rows = std::move(in.rows);
  table.lines.assign(in.last_lines.begin() + 1, in.last_lines.end());
  for (std::size_t i = 0; i < table.rows.size(); ++i)
    if (table.rows[i].size() != table.header.size())
      throw data_error(table.origin + ", line " + std::to_string(table.lines[i]) + ": the row has " +
                       std::to_string(table.rows[i].size()) + " fields and the header " +
                       std::to_string(table.header.size()) + "; put fields with commas into quotes.");
  return table;
}

/// Table from a file, which may be packed as .xz. Throws file_error, and data_error as parse_csv does.
inline csv_table read_csv(const std::filesystem::path& file) { return parse_csv(read_file(file), file.string()); }

}  // namespace krait::data
