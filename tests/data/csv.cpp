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

BOOST_AUTO_TEST_CASE(a_doubled_column_is_named_where_it_is_asked_for) {
  const auto table = parse_csv("q,Answer,x,answer,x\n1,2,3,4,5\n", "t.csv");
  BOOST_TEST(table.column("q") == 0u);  // what is not asked for does no harm
  BOOST_CHECK_EXCEPTION(table.find("answer"), data_error,
                        test::says("t.csv has two columns called 'answer', numbers 2 and 4;"));
  BOOST_CHECK_EXCEPTION(table.column("ANSWER"), data_error, test::says("numbers 2 and 4;"));
}

BOOST_AUTO_TEST_CASE(a_near_miss_is_named) {
  for (const char* title : {" Answer", "answer ", "Answers", "anwser", "answr", "an_swer", "\"answer\n\"",
                            "\u00a0answer", "\uFEFFanswer"}) {
    const auto table = parse_csv("q,x," + std::string(title) + "\n1,2,3\n", "t.csv");
    BOOST_TEST((table.find_near("answer") == 2u), title);
    BOOST_CHECK_EXCEPTION(table.column("answer"), data_error, test::says("t.csv has no column 'answer', only: q, x, "));
    BOOST_CHECK_EXCEPTION(table.column("answer"), data_error, test::says("; rename '"));
  }
  for (const char* title : {"output", "answer_id", "", "swear", "nswre"})
    BOOST_TEST(!parse_csv("q,x," + std::string(title) + "\n1,2,3\n", "t").find_near("answer"), title);
}

BOOST_AUTO_TEST_CASE(utf_16_is_named) {
  const std::string text = "question,answer\nWho?,Ann\n";
  std::string little, big;
  for (const char c : text) little += c, little += '\0', big += '\0', big += c;
  for (const std::string& file : {"\xFF\xFE" + little, "\xFE\xFF" + big, little, big,
                                  std::string("\xFF\xFE\0\0", 4) + little, std::string("\0\0\xFE\xFF", 4) + big})
    BOOST_CHECK_EXCEPTION(parse_csv(file, "t.csv"), data_error, test::says("t.csv is UTF-16 (or UTF-32) text"));
  const auto odd =
      parse_csv(std::string("a\0b,c\n1,2\n", 10), "t");  // a NUL alone is text, and does not reach a message
  BOOST_CHECK_EXCEPTION(odd.column("q"), data_error, test::says("only: a?b, c;"));
}

BOOST_AUTO_TEST_CASE(broken_tables_are_refused_with_their_line) {
  BOOST_CHECK_EXCEPTION(parse_csv("", "t"), data_error, test::says("is empty"));
  // Latin-1, a surrogate, a code point cut short, one too long.
  for (const char* wrong : {"\xE9", "\xED\xA0\x80", "\xE2\x82", "\xC0\x80"})
    BOOST_CHECK_EXCEPTION(parse_csv("q,a\n\"two\nlines\",1\n2," + std::string(wrong) + "\n", "t"), data_error,
                          test::says("t, line 4 has bytes that are no UTF-8; save the file as UTF-8."));
  BOOST_TEST(parse_csv("q,a\n\U0001F40D,\uFFFF\n", "t").rows[0][0] == "\U0001F40D");
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
