#define BOOST_TEST_MODULE data_question_answer_csv
#include <boost/test/unit_test.hpp>
#include <krait/data/question_answer_csv.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using pairs = std::vector<question_answer>;

using plain = question_answer_csv<question_answer_csv_config{.file = "sub/t.csv"}>;
static_assert(plain::name == "sub/t.csv");

namespace {
template <class Data>
void check_real(const std::filesystem::path& data, std::size_t rows, std::size_t question_bytes,
                std::size_t answer_bytes) {
  const pairs all = Data::load(data);
  std::size_t questions = 0, answers = 0;
  for (const auto& pair : all) questions += pair.question.size(), answers += pair.answer.size();
  BOOST_TEST(all.size() == rows, Data::name);
  BOOST_TEST(questions == question_bytes, Data::name);
  BOOST_TEST(answers == answer_bytes, Data::name);
}
}  // namespace

BOOST_AUTO_TEST_CASE(columns_of_either_study_file) {
  const test::folder dir;
  dir.write("sub/t.csv", "Question,Answer\nWho?,Ann\n");
  BOOST_TEST((plain::load(dir.at) == pairs{{"Who?", "Ann"}}));
  dir.write("sub/t.csv", "output,id,INPUT\nAnn,1,Who?\n");
  BOOST_TEST((plain::load(dir.at) == pairs{{"Who?", "Ann"}}));
  dir.write("sub/t.csv", "title,body\nWho?,Ann\n");
  BOOST_CHECK_EXCEPTION(plain::load(dir.at), data_error, test::says("no column 'question', only: title, body"));
  using named = question_answer_csv<question_answer_csv_config{
      .file = "sub/t.csv", .question = "Title", .answer = "Body", .count = 1}>;
  BOOST_TEST((named::load(dir.at) == pairs{{"Who?", "Ann"}}));
  dir.write("sub/t.csv", "question,body\nWho?,Ann\n");
  BOOST_CHECK_EXCEPTION(plain::load(dir.at), data_error, test::says("no column 'answer'"));
}

// It would train on the other column without a word.
BOOST_AUTO_TEST_CASE(a_column_that_is_nearly_called_so_is_named_beside_another) {
  const test::folder dir;
  dir.write("sub/t.csv", "question, Answer,output\nWho?,Ann,42\n");
  BOOST_CHECK_EXCEPTION(
      plain::load(dir.at), data_error,
      test::says("t.csv has a column ' Answer' beside 'output', and none called 'answer'; rename it"));
  dir.write("sub/t.csv", "Questions,input,answer\nWho?,7,Ann\n");
  BOOST_CHECK_EXCEPTION(plain::load(dir.at), data_error, test::says("'Questions' beside 'input'"));
  using named = question_answer_csv<question_answer_csv_config{.file = "sub/t.csv", .question = "input"}>;
  BOOST_TEST((named::load(dir.at) == pairs{{"7", "Ann"}}));  // asked for by name
  dir.write("sub/t.csv", "question,answer,Answer\nWho?,Ann,Bob\n");
  BOOST_CHECK_EXCEPTION(plain::load(dir.at), data_error, test::says("two columns called 'answer', numbers 2 and 3"));
}

BOOST_AUTO_TEST_CASE(files_are_found_or_named) {
  const test::folder dir;
  BOOST_CHECK_EXCEPTION(plain::load(dir.at), file_error, test::says("t.csv[.xz] is missing"));
  BOOST_CHECK_EXCEPTION(plain::load({}), file_error, test::says("sub/t.csv[.xz] is missing"));
  dir.write("sub/t.csv.xz", test::xz("\xEF\xBB\xBFquestion,answer\r\n\"Who,\nme?\",Ann\r\n"));
  BOOST_TEST((plain::load(dir.at) == pairs{{"Who,\nme?", "Ann"}}));
}

// Counts and sums of bytes as Python's csv module finds them.
BOOST_AUTO_TEST_CASE(the_files_of_the_noise_study, *boost::unit_test::precondition(test::needs("noise-study"))) {
  const auto data = test::real_data();
  using config = question_answer_csv_config;
  check_real<question_answer_csv<config{.file = "noise-study/D_test.csv"}>>(data, 449, 20'398, 33'833);
  check_real<question_answer_csv<config{.file = "noise-study/D_GK.csv"}>>(data, 9'678, 582'211, 2'992'623);
  check_real<question_answer_csv<config{.file = "noise-study/D_cfact_train.csv"}>>(data, 9'644, 579'584, 1'880'399);
  check_real<question_answer_csv<config{.file = "noise-study/D_ch_train.csv"}>>(data, 7'162, 666'479, 1'771'471);
  check_real<question_answer_csv<config{.file = "noise-study/D_wtest.csv"}>>(data, 450, 475'210, 34'067);
}
