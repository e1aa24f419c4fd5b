#define BOOST_TEST_MODULE data_squad
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <krait/data/squad.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using pairs = std::vector<question_answer>;

namespace {
const std::string two_articles = R"({"version": "1.1", "data": [
  {"title": "A", "paragraphs": [{"context": "Long text.", "qas": [
    {"id": "1", "question": "Who?", "answers": [{"text": "Ann", "answer_start": 0}, {"text": "Bob", "answer_start": 3}]},
    {"answers": [{"answer_start": 0, "text": "caf\u00e9 \ud83d\ude00"}], "question": "Where \"there\"?"}]}]},
  {"title": "B", "paragraphs": [{"qas": [], "context": ""}, {"qas": [
    {"question": "When?", "answers": [{"text": "1066"}]}], "context": "c"}]}]})";
const pairs expected{{"Who?", "Ann", {"Bob"}}, {"Where \"there\"?", "café 😀"}, {"When?", "1066"}};

std::size_t bytes(const pairs& all, std::string question_answer::*part) {
  std::size_t sum = 0;
  for (const auto& pair : all) sum += (pair.*part).size();
  return sum;
}
}  // namespace

BOOST_AUTO_TEST_CASE(answers_in_order) { BOOST_TEST((parse_squad(two_articles, "s") == expected)); }

BOOST_AUTO_TEST_CASE(each_different_answer_once) {
  const auto of = [](const std::string& answers) {
    return parse_squad(R"([{"question": "Who?", "answers": [)" + answers + "]}]", "s");
  };
  BOOST_TEST((of(R"({"text": "a"}, {"text": "b"}, {"text": "a"}, {"text": "c"}, {"text": "b"})") ==
              pairs{{"Who?", "a", {"b", "c"}}}));
  BOOST_TEST((of(R"({"text": "a"}, {"text": "a"})") == pairs{{"Who?", "a"}}));
  for (const char* second : {"7", "{}", "\"b\"", R"({"text": 7})"})
    BOOST_CHECK_EXCEPTION(of(R"({"text": "a"}, )" + std::string(second)), data_error,
                          test::says("('Who?'); version 1.1"));
}

// Python's json writes these, and a strict parser refuses the file.
BOOST_AUTO_TEST_CASE(what_is_not_read_does_not_refuse_a_file) {
  const std::string qa = R"("question": "Who?", "answers": [{"text": "Ann"}])";
  const pairs ann{{"Who?", "Ann"}};
  for (const char* other :
       {R"("\ud800")", R"("\uDC00 x")", R"("\ud83d\u0041")", R"("\\ud800 \" NaN \ud800")", "NaN", "[NaN, -Infinity]",
        "Infinity", R"("NaN\ud83d\ude00")", R"({"NaN": [ Infinity ,NaN]})", "null"}) {
    BOOST_TEST((parse_squad("[{\"id\": " + std::string(other) + ", " + qa + "}]", "s") == ann), other);
    BOOST_TEST((parse_squad("{\"x\": " + std::string(other) + ", \"data\": [{" + qa + "}]}", "s") == ann), other);
  }
  for (const char* other : {"-NaN", "1NaN", "NaNs", "nan", "Infinityx", "+Infinity", R"("\ud8")", R"("\ud80g")"})
    BOOST_CHECK_EXCEPTION(parse_squad("[{\"id\": " + std::string(other) + ", " + qa + "}]", "s"), data_error,
                          test::says("broken JSON"));
}

BOOST_AUTO_TEST_CASE(what_is_read_must_be_text) {
  const auto with = [](const std::string& question, const std::string& answer) {
    return "[{\"question\": " + question + ", \"answers\": [{\"text\": \"Ann\"}, {\"text\": " + answer + "}]}]";
  };
  BOOST_TEST((parse_squad(with(R"("Who \ud83d\ude00?")", R"("\ufdd1")"), "s") == pairs{{"Who 😀?", "Ann", {"\uFDD1"}}}));
  for (const auto& text : {with(R"("Who \ud800?")", "\"Bob\""), with("\"Who?\"", R"("Bob\udfff")")})
    BOOST_CHECK_EXCEPTION(parse_squad(text, "s"), data_error, test::says("s has half of a surrogate pair"));
  BOOST_CHECK_EXCEPTION(parse_squad(with("\"Who?\"", "NaN"), "s"), data_error, test::says("version 1.1"));
  std::string wide;
  for (const char c : two_articles) wide += c, wide += '\0';
  BOOST_CHECK_EXCEPTION(parse_squad(wide, "s"), data_error, test::says("s is UTF-16"));
}

BOOST_AUTO_TEST_CASE(broken_json_is_refused_wherever_it_breaks) {
  for (std::size_t kept = 0; kept < two_articles.size(); ++kept)
    BOOST_CHECK_EXCEPTION(parse_squad(two_articles.substr(0, kept), "cut.json"), data_error,
                          test::says("broken JSON at byte"));
  BOOST_CHECK_EXCEPTION(parse_squad("{\"question\": \"\xFF\"}", "s"), data_error, test::says("broken JSON"));
}

BOOST_AUTO_TEST_CASE(other_json_is_refused) {
  for (const char* text : {"{}", "[]", "7", "null", R"({"data": []})", R"({"data": [{"question": "Who?"}]})"})
    BOOST_CHECK_EXCEPTION(parse_squad(text, "s"), data_error, test::says("has no questions"));
  for (const char* answers : {"[]", "null", "7", "[\"Ann\"]", "[{}]", R"([{"text": 7}])", "{}"})
    BOOST_CHECK_EXCEPTION(parse_squad(std::string(R"([{"question": "Who?", "answers": )") + answers + "}]", "s"),
                          data_error, test::says("('Who?'); version 1.1"));
  BOOST_CHECK_EXCEPTION(parse_squad(R"([{"question": 7, "answers": [{"text": "Ann"}]}])", "s"), data_error,
                        test::says("version 1.1"));
}

BOOST_AUTO_TEST_CASE(files_are_found_plain_and_packed) {
  const test::folder dir;
  BOOST_CHECK_EXCEPTION(squad<>::load({}), file_error, test::says("--data"));
  BOOST_CHECK_EXCEPTION(squad<>::load(dir.at), file_error, test::says("train-v1.1.json[.xz] is missing"));
  dir.write("train-v1.1.json", two_articles);
  BOOST_TEST((squad<>::load(dir.at) == expected));
  BOOST_CHECK_THROW(squad<squad_config{.split = squad_split::dev}>::load(dir.at), file_error);
  dir.write("squad/dev-v1.1.json.xz", test::xz(two_articles));
  BOOST_TEST((squad<squad_config{.split = squad_split::dev}>::load(dir.at) == expected));
}

BOOST_AUTO_TEST_CASE(count_and_length_choose) {
  const test::folder dir;
  dir.write("train-v1.1.json", two_articles);
  BOOST_TEST((squad<squad_config{.longest = 9}>::load(dir.at) == pairs{expected[0], expected[2]}));
  BOOST_TEST((squad<squad_config{.count = 1, .longest = 9}>::load(dir.at) == pairs{expected[0]}));
  BOOST_CHECK_EXCEPTION(squad<squad_config{.count = 4}>::load(dir.at), data_error,
                        test::says("squad has 3 pairs, but 4"));
}

// Counts and sums of bytes as Python's json module finds them.
BOOST_AUTO_TEST_CASE(the_real_thing, *boost::unit_test::precondition(test::needs("squad"))) {
  const auto data = test::real_data();
  const pairs train = squad<>::load(data), dev = squad<squad_config{.split = squad_split::dev}>::load(data);
  BOOST_TEST(train.size() == 87'599u);
  BOOST_TEST(bytes(train, &question_answer::question) == 5'219'543u);
  BOOST_TEST(bytes(train, &question_answer::answer) == 1'769'101u);
  BOOST_TEST(dev.size() == 10'570u);
  BOOST_TEST(bytes(dev, &question_answer::question) == 634'454u);
  BOOST_TEST(bytes(dev, &question_answer::answer) == 205'373u);
  BOOST_TEST(dev.front().question == "When did the 1973 oil crisis begin?");
  BOOST_TEST(dev.front().answer == "October 1973");
  std::size_t several = 0, others = 0, other_bytes = 0;
  for (const auto& pair : dev) {
    several += !pair.others.empty(), others += pair.others.size();
    for (const auto& other : pair.others) other_bytes += other.size();
  }
  BOOST_TEST(several == 5'625u);
  BOOST_TEST(others == 7'445u);
  BOOST_TEST(other_bytes == 186'068u);
  BOOST_TEST(std::ranges::all_of(train, [](const auto& pair) { return pair.others.empty(); }));
}

BOOST_AUTO_TEST_CASE(hindi_of_the_same_form, *boost::unit_test::precondition(test::needs("xquad/xquad.hi.json.xz"))) {
  const auto data = test::real_data();
  const pairs hindi = parse_squad(read_file(data / "xquad/xquad.hi.json.xz"), "xquad");
  BOOST_TEST(hindi.size() == 1190u);
  BOOST_TEST(bytes(hindi, &question_answer::question) == 183'239u);
  BOOST_TEST(bytes(hindi, &question_answer::answer) == 55'752u);
}
