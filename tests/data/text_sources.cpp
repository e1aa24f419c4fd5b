// tests/data/text_sources.cpp: mathematics, code, a dictionary, pairs of dialects, counts of tokens; and what is wrong
// with their files.
#define BOOST_TEST_MODULE data_text_sources
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/data/dialect_features.hpp>
#include <krait/data/dialect_pairs.hpp>
#include <krait/data/frequency.hpp>
#include <krait/data/gsm8k.hpp>
#include <krait/data/human_eval.hpp>
#include <krait/data/wordnet.hpp>
#include <map>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using texts = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(mathematics) {
  const test::folder dir;
  BOOST_CHECK_EXCEPTION(gsm8k<>::load(dir.at), file_error, test::says("gsm8k-train.jsonl[.xz or .gz] is missing"));
  const std::string lines =
      R"({"question": "How many?", "answer": "48/2 = <<48/2=24>>24, 1+1=<<1+1=2>>2 << 3\n#### 24"})"
      "\n\n"
      R"({"id": 7, "answer": "é", "question": "Why?"})"
      "\n";
  dir.write("math/gsm8k-train.jsonl.xz", test::xz(lines));
  BOOST_TEST((gsm8k<>::load(dir.at) == texts{"How many?\n48/2 = 24, 1+1=2 << 3\n#### 24", "Why?\né"}));
  BOOST_TEST(gsm8k<gsm8k_config{.annotations = true}>::load(dir.at)[0].starts_with("How many?\n48/2 = <<48/2=24>>24"));
  for (const char* bad : {"{}", "[]", "x", R"({"question": "a", "answer": 7})", R"({"question": "a)"}) {
    dir.write("math/gsm8k-train.jsonl", lines + bad + "\n");
    BOOST_CHECK_EXCEPTION(gsm8k<>::load(dir.at), data_error, test::says("gsm8k-train.jsonl, line 4: "));
  }
  dir.write("math/gsm8k-train.jsonl", "\n");
  BOOST_CHECK_EXCEPTION(gsm8k<>::load(dir.at), data_error, test::says("is empty"));
}

BOOST_AUTO_TEST_CASE(code) {
  const test::folder dir;
  dir.write("code/HumanEval.jsonl.gz",
            test::gz(R"({"prompt": "def f():\n", "canonical_solution": "  pass\n", "test": ""})"));
  BOOST_TEST((human_eval::load(dir.at) == texts{"def f():\n  pass\n"}));
}

BOOST_AUTO_TEST_CASE(definitions) {
  texts found;
  wordnet::parse(
      "  1 This software is\n00001740 03 n 02 black_box 0 entity 0 001 ~ 00001930 n 0000 | what is hidden; \"a | b\"  \n"
      "00001930 00 a 01 galore(ip) 0 000 | existing in abundance\n",
      "data.noun", found);
  BOOST_TEST((found == texts{"black box: what is hidden; \"a | b\"", "galore: existing in abundance"}));
  for (const char* bad : {"00001740 03 n 01 entity 0 000", "00001740 03 n 01 entity 0 000 | ", "a | b"})
    BOOST_CHECK_EXCEPTION(wordnet::parse(std::string("  1 x\n") + bad, "data.noun", found), data_error,
                          test::says("data.noun, line 2: this is no synset"));
}

BOOST_AUTO_TEST_CASE(dialects) {
  const auto pairs = parse_dialect_pairs(
      R"({"10": [{"gloss": "I have it.", "dialect": ["I has it.", "I'se it."]}], "9": [{"gloss": "a", "dialect": ["b"]}]})",
      "u");
  BOOST_TEST(pairs.size() == 3u);
  BOOST_TEST((pairs[0].feature == 9 && pairs[0].standard == "a" && pairs[0].dialect == "b"));
  BOOST_TEST((pairs[2].feature == 10 && pairs[2].standard == "I have it." && pairs[2].dialect == "I'se it."));
  const auto refused = [](const char* text, const char* what) {
    BOOST_CHECK_EXCEPTION(parse_dialect_pairs(text, "u.json"), data_error, test::says(what));
  };
  refused("[]", "u.json is no JSON object");
  refused("{", "u.json is no JSON object");
  refused(R"({"x": []})", "feature 'x' is no number");
  refused(R"({"1": 7})", "feature '1' has no list");
  refused(R"({"1": [{"gloss": "a", "dialect": ["b"]}, {"gloss": "a"}]})", "feature '1', example 2 lacks");
  refused(R"({"1": [{"gloss": "a", "dialect": [7]}]})", "example 1 lacks");
  refused(R"({"1": [{"gloss": "a", "dialect": ["a"]}]})", "example 1 has an empty sentence or two equal ones");
}

BOOST_AUTO_TEST_CASE(varieties) {
  const std::string table = "feature_id,Manx English,Ozark English\n0,0.0,0.0\n1,0.6,0.3\n2,0.0,1.0\n";
  const dialect_features found = parse_dialect_features(table, "v.csv");
  const std::vector<dialect_pair> pairs{{"a", "b", 1}, {"c", "d", 2}, {"e", "f", 1}};
  BOOST_TEST(found.pairs_of("Manx English", pairs).size() == 2u);
  BOOST_TEST(found.pairs_of("Ozark English", pairs).size() == 1u);
  BOOST_TEST(found.pairs_of("Ozark English", pairs, .3).size() == 3u);
  BOOST_CHECK_EXCEPTION(found.pairs_of("Manx", pairs), data_error,
                        test::says("v.csv has no variety 'Manx', only: Manx English, Ozark English."));
  BOOST_CHECK_EXCEPTION(found.pairs_of("Manx English", {{"a", "b", 3}}), data_error, test::says("no feature 3"));
  for (const auto& [row, what] : std::map<std::string, std::string>{{"4,0.0,0.0\n", "feature 3 is wanted here"},
                                                                    {"3,2.0,0.0\n", "'2.0' is no share"},
                                                                    {"3,0.0,x\n", "'x' is no share"},
                                                                    {"3,0.0\n", "the row has 2 fields"}})
    BOOST_CHECK_EXCEPTION(parse_dialect_features(table + row, "v.csv"), data_error,
                          test::says("v.csv, line 5: " + what));
  BOOST_CHECK_THROW(parse_dialect_features("id,Manx English\n", "v.csv"), data_error);
}

BOOST_AUTO_TEST_CASE(counts) {
  const token_counts found = parse_token_counts("0\t5\n1\t0\r\n2\t90\n", "c.tsv");
  BOOST_TEST(found.total == 95);
  BOOST_TEST((found.of(2) == 90 && found.of(1) == 0 && found.of(7) == 0));
  BOOST_TEST(found.log_share(2) == std::log10(91. / 98), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(std::isfinite(found.log_share(1)));
  BOOST_CHECK_THROW(found.of(-1), data_error);
  for (const char* bad :
       {"0\t5\n2\t1\n", "0\t5\n1 1\n", "0\t5\n1\t-1\n", "0\t5\n1\t1x\n", "0\t5\n\n", "0\t5\n1\t\n", "0\t5\n1"})
    BOOST_CHECK_EXCEPTION(parse_token_counts(bad, "c.tsv"), data_error, test::says("c.tsv, line 2: '1<tab>count'"));
  BOOST_CHECK_THROW(parse_token_counts("", "c.tsv"), data_error);
  const std::vector<std::int32_t> ids{1, 3, 1};
  const token_counts own = count_tokens(ids, 4);
  BOOST_TEST((own.counts == std::vector<long>{0, 2, 0, 1} && own.total == 3));
  BOOST_CHECK_EXCEPTION(count_tokens(ids, 3), data_error,
                        test::says("The token id 3 is not below the vocabulary of 3"));
  const auto words = count_words("the cat,\tthe  dog\n");
  BOOST_TEST((words.at("the") == 2 && words.at("cat,") == 1 && words.size() == 3));
}

// Counts and sums of bytes as Python finds them.
BOOST_AUTO_TEST_CASE(the_real_things, *boost::unit_test::precondition(test::needs("frequency"))) {
  const auto folder = test::real_data();
  const auto bytes = [](const texts& all) {
    std::size_t sum = 0;
    for (const auto& one : all) sum += one.size();
    return sum;
  };
  const texts problems = gsm8k<gsm8k_config{.annotations = true}>::load(folder), programs = human_eval::load(folder);
  BOOST_TEST((problems.size() == 7'473u && bytes(problems) == 3'903'418u + 7'473u));
  BOOST_TEST((programs.size() == 164u && bytes(programs) == 103'642u));
  for (const auto& plain : gsm8k<>::load(folder)) BOOST_TEST_REQUIRE(plain.find("<<") == plain.npos);
  const auto pairs = load_dialect_pairs(folder);
  BOOST_TEST(pairs.size() == 223u);
  std::map<int, int> features;
  for (const auto& pair : pairs) ++features[pair.feature];
  BOOST_TEST(features.size() == 183u);  // 107 has no example
  const dialect_features features_of = load_dialect_features(folder);
  BOOST_TEST((features_of.varieties.size() == 50u && features_of.attested.size() == 236u));
  BOOST_TEST(features_of.pairs_of("Urban African American Vernacular English", pairs).size() == 73u);
  const token_counts pile = load_pile_counts(folder);
  BOOST_TEST((pile.counts.size() == 50'277u && pile.total == 341'162'738));
}

// WordNet is in no folder of ours: Debian's package, where it is installed.
BOOST_AUTO_TEST_CASE(the_real_dictionary) {
  if (!std::filesystem::exists("/usr/share/wordnet/data.noun")) {
    std::cout << "skipped: Debian's wordnet-base is not installed" << std::endl;
    return;
  }
  BOOST_TEST(wordnet::load({}).size() == 117'659u);
}
