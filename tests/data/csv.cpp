#define BOOST_TEST_MODULE data_csv
#include <boost/test/unit_test.hpp>
#include <krait/core/random.hpp>
#include <krait/data/csv.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using data::parse_csv;
using table_rows = std::vector<std::vector<std::string>>;

BOOST_AUTO_TEST_CASE(fields_as_in_rfc_4180) {
  const auto table = parse_csv("q,a\n\"x, y\",\"say \"\"yes\"\"\"\n\"two\nlines\",\r\n\"\", b  \n", "t");
  BOOST_TEST((table.header == std::vector<std::string>{"q", "a"}));
  BOOST_TEST((table.rows == table_rows{{"x, y", "say \"yes\""}, {"two\nlines", ""}, {"", " b  "}}));
}

BOOST_AUTO_TEST_CASE(line_ends_and_the_byte_order_mark_do_not_matter) {
  const table_rows rows{{"1", "2"}, {"3", "4"}};
  for (const char* text :
       {"q,a\n1,2\n3,4\n", "q,a\n1,2\n3,4", "q,a\r\n1,2\r\n3,4\r\n", "\xEF\xBB\xBFq,a\r\n1,2\n\r\n\n3,4",
        "q,a\r1,2\r3,4\r", "\"q\",\"a\"\n\"1\",\"2\"\n\"3\",\"4\""}) {
    const auto table = parse_csv(text, "t");
    BOOST_TEST(table.header[0] == "q");
    BOOST_TEST((table.rows == rows));
  }
  BOOST_TEST(parse_csv("q,a\n\"x\r\ny\",z\r\n", "t").rows[0][0] == "x\r\ny");  // within quotes they are text
}

BOOST_AUTO_TEST_CASE(columns_are_found_in_any_case) {
  const auto table = parse_csv("Question,ANSWER\n", "facts.csv");
  BOOST_TEST(table.rows.empty());
  BOOST_TEST(table.column("question") == 0u);
  BOOST_TEST(table.column("Answer") == 1u);
  BOOST_TEST(!table.find("questio"));
  BOOST_CHECK_EXCEPTION(table.column("input"), data_error,
                        test::says("facts.csv has no column 'input', only: Question, ANSWER"));
}

BOOST_AUTO_TEST_CASE(broken_tables_are_refused_with_their_line) {
  BOOST_CHECK_EXCEPTION(parse_csv("", "t"), data_error, test::says("is empty"));
  BOOST_CHECK_EXCEPTION(parse_csv("\xEF\xBB\xBF\n\n", "t"), data_error, test::says("is empty"));
  BOOST_CHECK_EXCEPTION(parse_csv("q,a\n1,2\n1,2,3\n", "t"), data_error, test::says("line 3: the row has 3 fields"));
  BOOST_CHECK_EXCEPTION(parse_csv("q,a\n\"x\ny\",2\n1\n", "t"), data_error, test::says("line 4: the row has 1 fields"));
  BOOST_CHECK_EXCEPTION(parse_csv("q,a\n1,\"2\n3,4\n", "t"), data_error,
                        test::says("line 3: a quoted field is never closed"));
  BOOST_CHECK_EXCEPTION(parse_csv("q,a\n1,2\n1,x\"y\"\n", "t"), data_error,
                        test::says("line 3: a quote stands inside"));
  BOOST_CHECK_EXCEPTION(parse_csv("q,a\n\"1\"x,2\n", "t"), data_error, test::says("line 2: a quote stands inside"));
}

BOOST_AUTO_TEST_CASE(what_libcsv_writes_is_read_back) {
  const std::string alphabet[] = {",", "\"", "\n", "\r\n", " ", "a", "é", "\t", std::string(1, '\0'), "\"\""};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    draw at{seed, stream("csv"), 0};
    const auto next = [&](std::uint64_t n) { return integer(at = at.with_index(at.index + 1), n); };
    const std::size_t columns = 1 + next(4);
    table_rows rows(1 + next(5), std::vector<std::string>(columns));
    std::string text;
    for (auto& row : rows)
      for (std::size_t c = 0; c < columns; ++c) {
        for (auto length = next(6); length > 0; --length) row[c] += alphabet[next(std::size(alphabet))];
        std::string field(2 * row[c].size() + 2, '\0');
        field.resize(csv_write(field.data(), field.size(), row[c].data(), row[c].size()));
        text += field + (c + 1 < columns ? "," : seed % 2 ? "\r\n" : "\n");
      }
    const auto table = parse_csv(text, "t");
    BOOST_TEST((table.header == rows.front()));
    BOOST_TEST((table.rows == table_rows(rows.begin() + 1, rows.end())));
  }
}

BOOST_AUTO_TEST_CASE(files_may_be_packed) {
  const test::folder dir;
  BOOST_TEST(data::read_csv(dir.write("t.csv.xz", test::xz("q,a\n1,2\n"))).rows[0][1] == "2");
  BOOST_CHECK_EXCEPTION(data::read_csv(dir.at / "none.csv"), file_error, test::says("none.csv is missing"));
}
