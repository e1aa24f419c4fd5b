#define BOOST_TEST_MODULE data_audit
#include <boost/test/unit_test.hpp>
#include <krait/data/audit.hpp>
#include <krait/data/facts.hpp>
#include <krait/data/question_answer_csv.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using pairs = std::vector<question_answer>;

namespace {
const std::filesystem::path built_in =
    std::filesystem::absolute(std::filesystem::path(__FILE__)).parent_path() / "../../examples/data";
}

BOOST_AUTO_TEST_CASE(sound_pairs_pass_as_they_are) {
  const pairs sound{{"Who?", "Ann"}, {"Where?", "Reykjavík"}, {"When?", "7"}};
  const audited found = audit(sound);
  BOOST_TEST((found.pairs == sound));
  BOOST_TEST(found.notes().empty());
  BOOST_TEST(found.longest == std::string("Where?Reykjavík").size());
  BOOST_CHECK_NO_THROW(require_one_answer(found, "t"));
  BOOST_TEST(audit({}).notes().empty());
}

BOOST_AUTO_TEST_CASE(empty_answers_are_left_out_and_counted) {
  const audited found = audit({{"a?", ""}, {"b?", "yes"}, {"c?", " \n\u3000"}, {"", "d"}});
  BOOST_TEST((found.pairs == pairs{{"b?", "yes"}, {"", "d"}}));
  BOOST_TEST(found.empty == 2);
  BOOST_TEST((found.notes() == std::vector<std::string>{"2 pairs were left out, for want of an answer."}));
  BOOST_TEST(audit({{"a?", ""}}).notes().front() == "1 pair was left out, for want of an answer.");
}

BOOST_AUTO_TEST_CASE(a_question_with_300_answers) {
  pairs many{{"Who?", "Ann"}, {"Who?", "Bob"}, {"Who?", "Ann"}};
  for (int i = 0; i < 300; ++i) many.push_back({"Which number?", std::to_string(i)});
  const audited found = audit(many);
  BOOST_TEST(found.pairs.size() == 303u);  // counted, not left out
  BOOST_TEST(found.repeated == 1);
  BOOST_TEST(found.ambiguous == 2);
  BOOST_TEST(found.most_answers == 300);
  BOOST_TEST(found.most_ambiguous == "Which number?");
  BOOST_TEST(found.notes()[0] == "1 pair stands in the data more than once.");
  BOOST_TEST(found.notes()[1] ==
             "2 questions have several different answers, up to 300 ('Which number?'); a model can give one of them.");
  BOOST_CHECK_EXCEPTION(require_one_answer(found, "t.csv"), data_error,
                        test::says("t.csv has 300 different answers to 'Which number?';"));
  BOOST_CHECK_NO_THROW(require_one_answer(audit({{"Who?", "Ann"}, {"Who?", "Ann"}}), "t"));
}

BOOST_AUTO_TEST_CASE(answers_without_a_word) {
  const audited found = audit({{"plus?", "+"}, {"rest?", "\u2026"}, {"one?", "1"}, {"Greek?", "\u03b1"}});
  BOOST_TEST(found.wordless == 2);
  BOOST_TEST(found.notes()[0] == "2 answers have neither a letter nor a digit.");
}

BOOST_AUTO_TEST_CASE(the_built_in_facts_have_one_answer_each) {
  const audited found = audit(facts<facts_config{.count = 0, .longest = 0}>::load(built_in));
  BOOST_TEST(found.pairs.size() == 4951u);
  BOOST_TEST((found.empty == 0 && found.repeated == 0 && found.ambiguous == 0));
  BOOST_CHECK_NO_THROW(require_one_answer(found, "facts"));
}

// As Python's csv module and sets count them.
BOOST_AUTO_TEST_CASE(the_training_data_of_the_noise_study,
                     *boost::unit_test::precondition(test::needs("noise-study"))) {
  using general_knowledge = question_answer_csv<question_answer_csv_config{.file = "noise-study/D_GK.csv"}>;
  const audited found = audit(general_knowledge::load(test::real_data()));
  BOOST_TEST(found.empty == 2);
  BOOST_TEST(found.pairs.size() == 9676u);
  BOOST_TEST(found.ambiguous == 98);
  BOOST_TEST(found.repeated == 70);
  BOOST_TEST(found.most_answers == 10);
}
