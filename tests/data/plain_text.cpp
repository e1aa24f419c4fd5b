// tests/data/plain_text.cpp: text files in passages, some of which are held out.
#define BOOST_TEST_MODULE data_plain_text
#include <boost/test/unit_test.hpp>
#include <krait/data/plain_text.hpp>

#include "files.hpp"
using namespace krait;

namespace {
using small = data::plain_text<data::plain_text_config{.passage = 20, .held_out = .3}>;
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
std::vector<std::string> passages(std::string_view text, std::size_t least) {
  std::vector<std::string> all;
  data::detail::add_passages(text, least, all);
  return all;
}
}  // namespace

BOOST_AUTO_TEST_CASE(paragraphs_make_passages) {
  BOOST_TEST((passages("one\r\ntwo  \r\n\r\n\r\nthree four\n\nfive six\n\nend", 10) ==
              std::vector<std::string>{"one\ntwo\n\nthree four", "five six\n\nend"}));
  BOOST_TEST((passages("a long one here\n\nend", 10) == std::vector<std::string>{"a long one here\n\nend"}));
  BOOST_TEST(passages("\n \n\n", 10).empty());
  BOOST_TEST((passages("short", 10) == std::vector<std::string>{"short"}));
  BOOST_TEST(data::detail::within_licence(
                 "Licence\n*** START OF THIS BOOK ***\ntext\n*** END OF THIS BOOK ***\nmore") == "\ntext\n");
  BOOST_TEST(data::detail::within_licence("text alone") == "text alone");
}

// Whole passages, each on one side, the same each time; every one of them is somewhere.
BOOST_AUTO_TEST_CASE(passages_are_held_out) {
  const test::folder here;
  std::string book;
  for (int i = 0; i < 40; ++i) book += "Passage number " + std::to_string(i) + " of this book.\n\n";
  here.write("corpus/book.txt", book);
  const auto text = small::load(here.at), again = small::load(here.at);
  BOOST_TEST(text.files == 1u);
  BOOST_TEST(text.passages == 40u);
  BOOST_TEST(text.passages_held_out > 4u);
  BOOST_TEST(text.passages_held_out < 24u);
  BOOST_TEST(text.train == again.train);
  for (int i = 0; i < 40; ++i) {
    const std::string one = "number " + std::to_string(i) + " of";
    BOOST_TEST((contains(text.train, one) != contains(text.held_out, one)), one);
  }
  here.write("other/a.txt.xz", test::xz(book));  // without a folder corpus
  BOOST_TEST(small::load(here.at / "other").train == text.train);
}

// Whatever way a file's name is written, and in folders of folders; the order is that of the names.
BOOST_AUTO_TEST_CASE(all_text_files_of_a_folder_are_read) {
  const test::folder here;
  here.write("b/c/one.txt", "the first passage\n\nanother of it");
  here.write("c.TXT", "the second passage\n\nanother of it");
  here.write("b/a.md", "no text file");
  here.write(".hidden/a.txt", "nobody sees it");
  using all = data::plain_text<data::plain_text_config{.passage = 10, .held_out = .001}>;
  const auto text = all::load(here.at);
  BOOST_TEST(text.files == 2u);
  BOOST_TEST(text.train == "the first passage\n\nanother of it\n\nthe second passage");
  ::setenv("KRAIT_DATA", here.at.c_str(), 1);  // there the folders are those of other studies
  BOOST_TEST(all::load(here.at).files == 1u);
  ::unsetenv("KRAIT_DATA");
}

BOOST_AUTO_TEST_CASE(what_is_no_text_is_refused) {
  const test::folder here;
  BOOST_CHECK_EXCEPTION(small::load(here.at), file_error, test::says("has no .txt or .txt.xz file"));
  here.write("bad.txt", std::string("one\ntwo\nthr\0ee", 14));
  BOOST_CHECK_EXCEPTION(small::load(here.at), data_error, test::says("bad.txt holds the control byte 0 in line 3"));
  here.write("bad.txt", "one passage");
  BOOST_CHECK_EXCEPTION(small::load(here.at), data_error, test::says("The text is one passage"));
  here.write("bad.txt", "one\n\ncaf\xE9\n");
  BOOST_CHECK_EXCEPTION(small::load(here.at), data_error, test::says("bad.txt, line 3 has bytes that are no UTF-8"));
}

// Of few passages one is held out at least; lines without an empty one between them are divided; what only looks like
// the end of a licence is text.
BOOST_AUTO_TEST_CASE(texts_of_any_form) {
  const test::folder here;
  here.write("a.txt", "first passage of it\n\nsecond passage of it\n");
  const auto two = data::plain_text<data::plain_text_config{.passage = 10, .held_out = .001}>::load(here.at);
  BOOST_TEST(two.passages == 2u);
  BOOST_TEST(two.held_out == "second passage of it");
  std::string lines;
  for (int i = 0; i < 200; ++i) lines += "a line of the text\n";
  here.write("a.txt", lines + "*** END OF THIS LIST\nand on it goes\n");
  const auto divided = data::plain_text<data::plain_text_config{.passage = 10}>::load(here.at);
  BOOST_TEST(divided.passages == 12u);
  BOOST_TEST((contains(divided.train, "and on it goes") || contains(divided.held_out, "and on it goes")));
}

BOOST_AUTO_TEST_CASE(facts_stand_in) {
  const auto built_in =
      std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
  ::setenv("KRAIT_FACTS", built_in.c_str(), 1);
  const auto text = data::plain_text<>::load();
  BOOST_TEST(text.files == 0u);
  BOOST_TEST(text.train.size() > 100'000u);
  BOOST_TEST(text.held_out.size() > 4'000u);
  BOOST_TEST(data::plain_text<>::describe({}) == "sentences of the facts that come with krait");
}
