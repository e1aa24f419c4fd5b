// tests/noise/set_noises.cpp: noises that need the whole set: wrong answers of the same kind, and answers of others.
#define BOOST_TEST_MODULE noise_set_noises
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <krait/core/read_files.hpp>
#include <krait/data/facts.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/noise/counterfactual.hpp>
#include <krait/noise/counterfactual_table.hpp>
#include <krait/noise/irrelevant.hpp>
#include <krait/noise/view.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "../data/files.hpp"
using namespace krait;
using pairs = std::vector<data::question_answer>;
using noise::counterfactual, noise::irrelevant, noise::noised_set;

namespace {
const std::filesystem::path built_in =
    std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
const pairs capitals{{"Capital of France?", "The capital of France is Paris.", {"Paris"}},
                     {"Capital of Spain?", "The capital of Spain is Madrid."},
                     {"Capital of Italy?", "The capital of Italy is Rome."},
                     {"Capital of Peru?", "The capital of Peru is Lima."}};

/// Nothing but answers changes, none of them is right, and the order of threads or calls does not matter.
template <class Noise> void is_a_sound_noise(const pairs& clean) {
  const pairs before = clean, noisy = noised_set<Noise>(clean, 1);
  BOOST_TEST((clean == before));
  BOOST_TEST_REQUIRE(noisy.size() == clean.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    BOOST_TEST(noisy[i].question == clean[i].question);
    BOOST_TEST(noisy[i].kind == clean[i].kind);
    BOOST_TEST(noisy[i].others.empty());
    BOOST_TEST(!noise::said_alike(noisy[i].answer, clean[i].answer), noisy[i].answer << " / " << clean[i].answer);
  }
  BOOST_TEST((noised_set<Noise>(clean, 1) == noisy));
  const pairs other = noised_set<Noise>(clean, 2);
  for (std::size_t i = 0; i < clean.size(); ++i) same += other[i].answer == noisy[i].answer;
  BOOST_TEST(same < clean.size());
  BOOST_TEST(((clean | noise::with<Noise>(1)) == noisy));
}
}  // namespace

BOOST_AUTO_TEST_CASE(one_call_serves_both_kinds_of_noise) {
  const pairs flipped = noised_set<noise::charflip<>>(capitals, 3);
  BOOST_TEST(flipped[1].answer == ".dirdaM si niapS fo latipac ehT");
  BOOST_TEST(flipped[0].others[0] == "siraP");
  using half = noise::charflip<noise::charflip_config{.share = .5}>;
  const pairs some = noised_set<half>(capitals, 3);
  for (std::size_t i = 0; i < capitals.size(); ++i)
    BOOST_TEST((some[i] == noise::noised<half>(capitals[i], draw{3, stream(half::name), i})));
  static_assert(noise::list<counterfactual, noise::charflip<>, irrelevant>::size == 3);
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_is_about_the_same_subject) {
  is_a_sound_noise<counterfactual>(capitals);
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 60; ++seed) seen.insert(noised_set<counterfactual>(capitals, seed)[0].answer);
  BOOST_TEST((seen == std::set<std::string>{"The capital of France is Madrid.", "The capital of France is Rome.",
                                            "The capital of France is Lima."}));
}

BOOST_AUTO_TEST_CASE(a_right_answer_in_other_words_is_not_taken) {
  const pairs alike{{"Capital of Italy?", "Rome.", {"Roma", "the city of Rome"}},
                    {"Capital of Italy?", "It is called Roma!"},  // the same question, so right for the first as well
                    {"Capital of Italia?", "rome"},
                    {"Capital of Latium?", "It is Rome"},
                    {"Capital of Spain?", "Madrid"}};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const pairs noisy = noised_set<counterfactual>(alike, seed);
    BOOST_TEST(noisy[0].answer == "Madrid");
    BOOST_TEST(noisy[1].answer != "Rome.");
    BOOST_TEST(noisy[4].answer != "Madrid");
  }
}

BOOST_AUTO_TEST_CASE(the_kind_is_kept) {
  pairs mixed = capitals;
  for (int i = 0; i < 5; ++i)
    mixed.push_back({"Number after " + std::to_string(9 + i) + "?", "It is " + std::to_string(10 + i) + "."});
  const pairs noisy = noised_set<counterfactual>(mixed, 1);  // kinds from the questions' first words
  for (std::size_t i = 0; i < mixed.size(); ++i)
    BOOST_TEST(noisy[i].answer.starts_with(i < 4 ? "The capital of" : "It is 1"));
  BOOST_TEST(counterfactual::of_wider_kind(mixed, 1) == 0);
  mixed.push_back({"Who wrote Emma?", "Jane Austen wrote it."});
  BOOST_TEST(counterfactual::of_wider_kind(mixed, 1) == 1);  // no second answer of its kind
  BOOST_TEST(!noise::said_alike(noised_set<counterfactual>(mixed, 1).back().answer, mixed.back().answer));
}

BOOST_AUTO_TEST_CASE(the_built_in_facts) {
  const pairs all = data::facts<data::facts_config{.count = 0, .longest = 0}>::load(built_in),
              some = data::facts<>::load(built_in);
  is_a_sound_noise<counterfactual>(some);
  is_a_sound_noise<irrelevant>(all);
  BOOST_TEST(counterfactual::of_wider_kind(some, 1) == 0);
  BOOST_TEST(counterfactual::of_wider_kind(all, 1) == 0);
  using released = noise::charflip<noise::charflip_config{.reading = variant::as_released}>;
  BOOST_TEST((noised_set<noise::charflip<>>(all, 1) == noised_set<released>(all, 1)));  // no facts with loose accents
  BOOST_TEST(some[0].kind == "countries: Capital of {country}?");
  BOOST_TEST(std::ranges::any_of(noised_set<counterfactual>(all, 1), [](const auto& pair) {
    return pair.question.starts_with("What is the capital of") && pair.answer.ends_with("is Panama City.");
  }));
  // Capitals stay capitals: every wrong one is another country's right one.
  std::set<std::string> right;
  for (const auto& pair : all)
    if (pair.kind == "countries: Capital of {country}?") right.insert(pair.answer);
  BOOST_TEST(right.size() > 100u);
  const pairs noisy = noised_set<counterfactual>(all, 1);
  for (const auto& pair : noisy)
    if (pair.kind == "countries: Capital of {country}?") BOOST_TEST(right.contains(pair.answer), pair.answer);
}

// Without kinds in the data the questions' first words tell them.
BOOST_AUTO_TEST_CASE(the_study_s_questions, *boost::unit_test::precondition(test::needs("noise-study/D_test.csv"))) {
  const pairs clean =
      data::question_answer_columns(data::read_csv(test::real_data() / "noise-study/D_test.csv"), "", "");
  is_a_sound_noise<counterfactual>(clean);
  is_a_sound_noise<irrelevant>(clean);
  BOOST_TEST(counterfactual::of_wider_kind(clean, 1) == 41);  // of 449
  const pairs noisy = noised_set<counterfactual>(clean, 1);
  for (std::size_t i = 0; i < clean.size(); ++i)
    if (clean[i].question == "What is the capital of France?")
      BOOST_TEST((noisy[i].answer.find("the capital of France") != std::string::npos &&
                  noisy[i].answer.find("Paris") == std::string::npos),
                 noisy[i].answer);
}

BOOST_AUTO_TEST_CASE(irrelevant_answers_are_all_there_once) {
  const pairs clean = data::facts<>::load(built_in), noisy = noised_set<irrelevant>(clean, 5);
  std::multiset<std::string> before, after;
  for (std::size_t i = 0; i < clean.size(); ++i) before.insert(clean[i].answer), after.insert(noisy[i].answer);
  BOOST_TEST((before == after));
}

BOOST_AUTO_TEST_CASE(no_second_answer) {
  const pairs alike(3, {"Who?", "Me."}), one(1, {"Who?", "Me."});
  for (const auto& set : {alike, one}) {
    BOOST_CHECK_EXCEPTION(noised_set<counterfactual>(set, 1), data_error, test::says("no answer of the set is wrong"));
    BOOST_CHECK_EXCEPTION(noised_set<irrelevant>(set, 1), data_error,
                          test::says("no other answer of the set is wrong"));
  }
  BOOST_TEST(noised_set<counterfactual>(pairs{}, 1).empty());
  BOOST_TEST(noised_set<irrelevant>(pairs{}, 1).empty());
  BOOST_TEST((noised_set<irrelevant>(pairs{{"?", "+"}, {"!", "-"}}, 1) == pairs{{"?", "-"}, {"!", "+"}}));
}

BOOST_AUTO_TEST_CASE(empty_and_short_answers) {
  const pairs odd{{"a?", ""}, {"b?", "x"}, {"", "y"}, {"c?", " "}, {"caf\xE9?", "z\xFF"}};
  const pairs noisy = noised_set<counterfactual>(odd, 1);
  for (std::size_t i = 0; i < odd.size(); ++i) {
    BOOST_TEST(noisy[i].answer != odd[i].answer);
    BOOST_TEST(!utf8::strip(noisy[i].answer).empty());  // an empty answer is nobody's wrong one
  }
}

BOOST_AUTO_TEST_CASE(subjects_of_questions) {
  using two = std::pair<std::string_view, std::string_view>;
  BOOST_TEST((noise::subjects("Capital of France?", "Capital of Spain?") == two{"France", "Spain"}));
  BOOST_TEST((noise::subjects("France: region?", "Finland: region?") == two{"France", "Finland"}));
  BOOST_TEST((noise::subjects("Who?", "Who?") == two{"", ""}));
  BOOST_TEST((noise::subjects("Of \u00c9ire?", "Of \u00c8re?") == two{"\u00c9ire", "\u00c8re"}));  // no torn letters
  BOOST_TEST(noise::replace_words("Iron is iron, not irons.", "iron", "gold", 9) == "Gold is gold, not irons.");
  BOOST_TEST(noise::replace_words("Panama has Panama City.", "Panama", "Peru", 1) == "Peru has Panama City.");
}

namespace {
using table = noise::counterfactual_table<noise::counterfactual_table_config{.file = "wrong.csv"}>;
}

BOOST_AUTO_TEST_CASE(answers_of_a_table) {
  BOOST_CHECK_EXCEPTION(noised_set<table>(capitals, 1), data_error, test::says("call krait::read_files"));
  const test::folder folder;
  BOOST_CHECK_EXCEPTION(read_files<table>(folder.at), file_error, test::says("wrong.csv[.xz] is missing"));
  folder.write("wrong.csv.xz",
               test::xz("input,output\nCapital of France?,Lyon\nCapital of Spain?,Seville\nCapital of Spain?,Cadiz\n"));
  read_files<noise::list<noise::charflip<>, table>>(folder.at);
  const pairs noisy = noised_set<table>(capitals, 1);
  BOOST_TEST((noisy[0] == data::question_answer{"Capital of France?", "Lyon"}));
  BOOST_TEST(noisy[1].answer == "Seville");
  BOOST_TEST((noisy[2] == capitals[2]));
  BOOST_CHECK_EXCEPTION(noised_set<table>(pairs{{"Who?", "Me"}}, 1), data_error,
                        test::says("none of the set's questions"));
}

BOOST_AUTO_TEST_CASE(the_study_s_table, *boost::unit_test::precondition(test::needs("noise-study/D_GK.csv.xz"))) {
  using published = noise::counterfactual_table<>;
  read_files<published>(test::real_data());
  const pairs clean =
      data::question_answer_columns(data::read_csv(test::real_data() / "noise-study/D_GK.csv.xz"), "", "");
  const pairs noisy = noised_set<published>(clean, 1);
  BOOST_TEST(clean.size() == 9678u);
  std::size_t same = 0;
  for (std::size_t i = 0; i < clean.size(); ++i) same += clean[i].answer == noisy[i].answer;
  BOOST_TEST_MESSAGE(same << " answers stay");
  BOOST_TEST(same == 34u);  // those that the table lacks
}
