// tests/data/stated_facts.cpp: facts as statements and questions, and folders that are refused.
#define BOOST_TEST_MODULE data_stated_facts
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/data/byte_tokenizer.hpp>
#include <krait/data/stated_facts.hpp>
#include <map>
#include <set>
#include <string>

#include "files.hpp"
using namespace krait;
using namespace krait::data;

namespace {

const std::filesystem::path built_in =
    std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
using all_facts = stated_facts<stated_facts_config{.count = 0}>;

const char* const forms =
    "kind,table,text,answer\ncolour,t,What colour is {thing}?,It is {colour}.\ncolour,t,{Thing} is {colour}.,\n";

}  // namespace

BOOST_AUTO_TEST_CASE(built_in_facts_are_stated_and_asked) {
  const auto all = all_facts::load(built_in);
  BOOST_TEST_MESSAGE(all.size() << " facts");
  BOOST_TEST(all.size() >= 600u);
  std::map<std::string, int> kinds;
  std::set<std::string> questions, statements;
  for (const auto& fact : all) {
    ++kinds[fact.kind];
    BOOST_TEST(questions.insert(fact.question).second, fact.question);
    BOOST_TEST((fact.statements.size() == 3u || fact.statements.size() == 4u), fact.question);
    // What is asked for stands in every statement of it: the answer's last word or words.
    const std::string value = fact.answer.substr(fact.answer.find(" is ") + 4);
    const std::string bare = value.substr(0, value.size() - 1);
    for (const auto& text : fact.statements) {
      const std::string wanted = bare.starts_with("the ") ? bare.substr(4) : bare;
      BOOST_TEST(text.find(wanted) != std::string::npos, text << " says nothing of " << wanted);
      BOOST_TEST(text.find_first_of("{}") == std::string::npos, text);
      BOOST_TEST(text.size() <= 96u, text);
      BOOST_TEST(statements.insert(text).second, text);
      BOOST_TEST(!byte_tokenizer::encode(text).empty());
    }
  }
  BOOST_TEST(kinds.size() == 5u);
  for (const auto& [kind, count] : kinds) BOOST_TEST(count >= 50, kind);
}

BOOST_AUTO_TEST_CASE(a_choice_is_balanced_and_the_same_each_time) {
  using some = stated_facts<stated_facts_config{.count = 100}>;
  const auto chosen = some::load(built_in);
  BOOST_TEST(chosen.size() == 100u);
  std::map<std::string, int> kinds;
  for (const auto& fact : chosen) ++kinds[fact.kind];
  for (const auto& [kind, count] : kinds) BOOST_TEST(count == 20, kind);
  BOOST_TEST((chosen == some::load(built_in)));
  using two = stated_facts<stated_facts_config{.count = 0, .kinds = 2}>;
  for (const auto& fact : two::load(built_in)) BOOST_TEST((fact.kind == "capital" || fact.kind == "symbol"), fact.kind);
  using brief = stated_facts<stated_facts_config{.count = 0, .longest = 50}>;
  for (const auto& fact : brief::load(built_in))
    for (const auto& text : fact.statements) BOOST_TEST((text.size() <= 50u && fact.bytes() <= 50u));
}

BOOST_AUTO_TEST_CASE(sentences_of_a_folder) {
  const test::folder dir;
  dir.write("templates.csv", "table,question,answer\n");
  dir.write("statements.csv", std::string(forms) + "colour,t,\"Look, {thing}: {colour}!\",\n");
  dir.write("t.csv", "thing,colour\nthe sky,blue\na ghost,\nsnow,white\n");
  const auto facts = all_facts::load(dir.at);
  BOOST_REQUIRE(facts.size() == 2u);  // a ghost has no colour
  BOOST_TEST(facts[1].question == "What colour is snow?");
  BOOST_TEST(facts[1].answer == "It is white.");
  BOOST_TEST(facts[1].kind == "colour");
  BOOST_TEST((facts[0].statements == std::vector<std::string>{"The sky is blue.", "Look, the sky: blue!"}));
}

BOOST_AUTO_TEST_CASE(broken_folders_are_refused) {
  const test::folder dir;
  dir.write("templates.csv", "table,question,answer\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), file_error, test::says("statements.csv is missing"));
  dir.write("t.csv", "thing,colour\nthe sky,blue\nthe sky,grey\n");
  dir.write("u.csv", "thing,colour\nsnow,white\n");
  dir.write("statements.csv", forms);
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("'What colour is the sky?' twice"));
  dir.write("statements.csv", "kind,table,text,answer\ncolour,t,{Thing} is {colour}.,\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("0 questions and 1 statements of the kind"));
  dir.write("statements.csv", std::string(forms) + "colour,u,{thing}!,\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error,
                        test::says("statements.csv, line 4 takes 'colour' from another table"));
  // The file and line that the mistake stands in, and the table that it speaks of.
  dir.write("statements.csv", std::string(forms) + "colour,t,\"{Thing}\nis {color}.\",\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("statements.csv, line 5: "));
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("t.csv has no column 'color'"));
  dir.write("statements.csv", std::string(forms) + "colour,none,{thing}!,\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), file_error, test::says("statements.csv, line 4: "));
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), file_error, test::says("none.csv is missing"));
  dir.write("statements.csv", forms);
  dir.write("t.csv", "thing,colour\nthe sky,blue\nthe caf\xE9,white\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("t.csv, line 3 has bytes that are no UTF-8"));
  const test::folder alone;  // without templates.csv
  BOOST_CHECK_EXCEPTION(all_facts::load(alone.at), file_error, test::says("statements.csv is missing"));
  alone.write("statements.csv", forms);
  alone.write("t.csv", "thing,colour\nthe sky,blue\n");
  BOOST_TEST(all_facts::load(alone.at).size() == 1u);
  dir.write("statements.csv", "kind,table,text\n");
  BOOST_CHECK_EXCEPTION(all_facts::load(dir.at), data_error, test::says("no column 'answer'"));
}
