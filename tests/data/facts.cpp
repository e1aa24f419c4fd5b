#define BOOST_TEST_MODULE data_facts
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <krait/data/byte_tokenizer.hpp>
#include <krait/data/facts.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using pairs = std::vector<question_answer>;

namespace {

const std::filesystem::path built_in =
    std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
using all_facts = facts<facts_config{.count = 0, .longest = 0}>;
using short_facts = facts<facts_config{.count = 0, .longest = 38}>;

std::string words_reversed(const std::string& text) {
  std::istringstream in(text);
  std::string reversed, word;
  while (in >> word) reversed = reversed.empty() ? word : word + " " + reversed;
  return reversed;
}
double share_changed_by_wordflip(const pairs& from) {
  const auto changed = std::ranges::count_if(from, [](const auto& p) { return words_reversed(p.answer) != p.answer; });
  return static_cast<double>(changed) / static_cast<double>(from.size());
}
std::size_t different_questions(const pairs& from) {
  std::set<std::string> questions;
  for (const auto& pair : from) questions.insert(pair.question);
  return questions.size();
}
bool has(const pairs& in, const question_answer& pair) { return std::ranges::find(in, pair) != in.end(); }

/// Valid UTF-8 as Unicode's table 3-7 has it, in as far as lead and continuation bytes count.
bool is_utf8(const std::string& text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i++]);
    int more = lead < 0x80                   ? 0
               : lead >= 0xC2 && lead < 0xE0 ? 1
               : (lead & 0xF0) == 0xE0       ? 2
               : (lead & 0xF8) == 0xF0       ? 3
                                             : -1;
    if (more < 0) return false;
    for (; more > 0; --more)
      if (i == text.size() || (static_cast<unsigned char>(text[i++]) & 0xC0) != 0x80) return false;
  }
  return true;
}

const char* const tiny_templates =
    "table,question,answer\nt,Colour of {thing}?,{Colour}\nt,What is {colour}?,{Thing} is.\n";

}  // namespace

BOOST_AUTO_TEST_CASE(there_are_enough_facts_and_most_change_under_noise) {
  const pairs all = all_facts::load(built_in);
  BOOST_TEST_MESSAGE(all.size() << " pairs, " << share_changed_by_wordflip(all)
                                << " of the answers change by wordflip");
  BOOST_TEST(all.size() >= 1500u);
  BOOST_TEST(different_questions(all) == all.size());
  BOOST_TEST(share_changed_by_wordflip(all) >= 0.5);
}

BOOST_AUTO_TEST_CASE(short_facts_are_many_and_most_change_under_noise) {
  const pairs brief = short_facts::load(built_in);
  BOOST_TEST_MESSAGE(brief.size() << " short, " << share_changed_by_wordflip(brief) << " of them change by wordflip");
  BOOST_TEST(brief.size() >= 400u);
  BOOST_TEST(different_questions(brief) == brief.size());
  BOOST_TEST(share_changed_by_wordflip(brief) >= 0.5);
  for (const auto& pair : brief) BOOST_TEST(pair.question.size() + pair.answer.size() <= 38u);
}

BOOST_AUTO_TEST_CASE(the_default_choice_suits_the_study) {
  const pairs chosen = facts<>::load(built_in);
  BOOST_TEST(chosen.size() == 256u);
  BOOST_TEST(different_questions(chosen) == 256u);
  BOOST_TEST(share_changed_by_wordflip(chosen) >= 2.0 / 3);
  BOOST_TEST((chosen == facts<>::load(built_in)));
  const pairs part(chosen.begin(), chosen.begin() + 64);  // any first part is mixed too
  BOOST_TEST(share_changed_by_wordflip(part) >= 0.5);
}

BOOST_AUTO_TEST_CASE(texts_are_clean) {
  for (const auto& pair : all_facts::load(built_in))
    for (const std::string& text : {pair.question, pair.answer}) {
      BOOST_TEST(!text.empty());
      BOOST_TEST(is_utf8(text), text);
      BOOST_TEST(std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; }), text);
      BOOST_TEST(text.find("  ") == std::string::npos, text);
      BOOST_TEST((text.front() != ' ' && text.back() != ' '), text);
      BOOST_TEST(text.find_first_of("{}") == std::string::npos, text);
      BOOST_TEST(text.find("..") == std::string::npos, text);
      BOOST_TEST(!byte_tokenizer::encode(text).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_few_facts_are_as_in_the_book) {
  const pairs all = all_facts::load(built_in);
  BOOST_TEST(has(all, {"Capital of Peru?", "It is Lima."}));
  BOOST_TEST(has(all, {"What is the capital of Iceland?", "The capital of Iceland is Reykjavík."}));
  BOOST_TEST(has(all, {"Which element has the atomic number 79?", "Element number 79 is gold."}));
  BOOST_TEST(has(all, {"What kind of animal is a frog?", "A frog is an amphibian."}));
  BOOST_TEST(has(all, {"Who wrote Hamlet?", "William Shakespeare"}));
}

BOOST_AUTO_TEST_CASE(every_table_and_column_is_used_and_rows_are_different) {
  const csv_table templates = read_csv(built_in / "templates.csv");
  for (const auto& entry : std::filesystem::directory_iterator(built_in)) {
    if (entry.path().extension() != ".csv" || entry.path().filename() == "templates.csv" ||
        entry.path().filename() == "statements.csv")
      continue;
    const csv_table table = read_csv(entry.path());
    std::string used;
    for (const auto& line : templates.rows)
      if (line[0] == entry.path().stem()) used += line[1] + line[2];
    for (std::string column : table.header) {
      const bool plain = used.find("{" + column + "}") != std::string::npos;
      column[0] = static_cast<char>(column[0] - 'a' + 'A');
      BOOST_TEST((plain || used.find("{" + column + "}") != std::string::npos), entry.path() << " " << column);
    }
    BOOST_TEST(std::set(table.rows.begin(), table.rows.end()).size() == table.rows.size(), entry.path());
  }
}

BOOST_AUTO_TEST_CASE(sentences_fill_in_and_leave_out) {
  const test::folder dir;
  dir.write("templates.csv", tiny_templates);
  dir.write("t.csv", "thing,colour\nthe sky,blue\na ghost,\nélan,red\n");
  const pairs expected{{"Colour of the sky?", "Blue"},
                       {"What is red?", "élan is."},  // only ASCII letters are made capital
                       {"Colour of élan?", "Red"},
                       {"What is blue?", "The sky is."}};
  BOOST_TEST((all_facts::load(dir.at) == expected));
  BOOST_TEST(facts_by_template(dir.at)[0].size() == 2u);
}

BOOST_AUTO_TEST_CASE(balanced_gives_each_group_its_share) {
  std::vector<pairs> groups(3);
  for (int i = 0; i < 100; ++i) groups[0].push_back({"a" + std::to_string(i), "x"});
  for (int i = 0; i < 3; ++i) groups[1].push_back({"b" + std::to_string(i), "x"});
  for (int i = 0; i < 50; ++i) groups[2].push_back({"c" + std::to_string(i), "x"});
  for (const int count : {1, 2, 3, 4, 9, 10, 31, 152, 153, 0}) {
    const pairs chosen = balanced(groups, count, 0, "test");
    const auto of = [&](char c) {
      return std::ranges::count_if(chosen, [&](const auto& p) { return p.question[0] == c; });
    };
    BOOST_TEST(chosen.size() == (count ? static_cast<std::size_t>(count) : 153u));
    BOOST_TEST(different_questions(chosen) == chosen.size());
    if (chosen.size() >= 9u) BOOST_TEST(of('b') == 3);
    if (chosen.size() == 31u) BOOST_TEST((of('a') == 14 && of('c') == 14));
  }
  BOOST_CHECK_EXCEPTION(balanced(groups, 154, 0, "test"), data_error,
                        test::says("test has 153 pairs, but 154 are asked for"));
  BOOST_CHECK_EXCEPTION(balanced(groups, 200, 2, "test"), data_error, test::says("of at most 2 bytes"));
  BOOST_TEST(balanced({}, 0, 0, "test").empty());
}

BOOST_AUTO_TEST_CASE(broken_folders_are_refused) {
  const test::folder dir;
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), file_error, test::says("templates.csv is missing"));
  dir.write("templates.csv", tiny_templates);
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), file_error, test::says("t.csv is missing"));
  dir.write("t.csv", "thing,color\nthe sky,blue\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("no column 'Colour'"));
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("templates.csv, line "));
  dir.write("t.csv", "thing,colour\nthe sky,blue\nthe sea,blue\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("'What is blue?' twice"));
  for (const char* wrong : {"What is {thing?", "What is {}?"}) {
    dir.write("templates.csv", std::string("table,question,answer\nt,") + wrong + ",{colour}\n");
    BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("braces"));
  }
  dir.write("templates.csv", "table,question\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("no column 'answer'"));
}

BOOST_AUTO_TEST_CASE(folders_are_looked_for_in_order) {
  const test::folder dir;
  dir.write("facts/templates.csv", tiny_templates);
  BOOST_TEST(facts_folder(dir.at) == dir.at / "facts");
  setenv("KRAIT_FACTS", (dir.at / "facts").c_str(), 1);
  BOOST_TEST(facts_folder() == dir.at / "facts");
  setenv("KRAIT_FACTS", (dir.at / "none").c_str(), 1);
  BOOST_CHECK_EXCEPTION(facts_folder(), file_error, test::says("KRAIT_FACTS"));
  setenv("KRAIT_FACTS", built_in.c_str(), 1);
  BOOST_TEST(facts<>::load().size() == 256u);
  // A folder of other data: by name it must have facts; KRAIT_DATA, which is for all studies, need not.
  const test::folder other;
  BOOST_CHECK_THROW(facts_folder(other.at), file_error);
  setenv("KRAIT_DATA", other.at.c_str(), 1);
  BOOST_TEST(facts_folder(other.at) == built_in);
  setenv("KRAIT_DATA", dir.at.c_str(), 1);
  BOOST_TEST(facts_folder(dir.at) == dir.at / "facts");
  unsetenv("KRAIT_DATA");
  unsetenv("KRAIT_FACTS");
}
