// tests/study/record.cpp: what a record takes, refuses, and gives back from its file.
#define BOOST_TEST_MODULE study_record
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/study/quantity.hpp>
#include <limits>

#include "../scratch_folder.hpp"
#include "sample.hpp"
using namespace krait;
using namespace krait::studies;
using krait::testing::contains;
using krait::testing::sample_record;
using krait::testing::sentence_of;

BOOST_AUTO_TEST_CASE(labels_know_their_levels) {
  const record r = sample_record(false);
  BOOST_TEST(r.least("length") == "4");
  BOOST_TEST(r.greatest("length") == "64");
  BOOST_TEST(r.levels("model").front() == "small");
  BOOST_TEST(r.number("steps") == 30);
  BOOST_TEST(contains(sentence_of<study_error>([&] { r.levels("modle"); }),
                      "no label modle; its labels are: model, noise, length"));
  BOOST_TEST(contains(sentence_of<study_error>([&] { r.number("stpes"); }), "no number 'stpes'"));
}

BOOST_AUTO_TEST_CASE(what_was_not_declared_is_refused) {
  record r = sample_record(false);
  const auto refused = [&](const labels& at, const char* quantity) {
    return sentence_of<study_error>([&] { r.add(at, 1, 0, quantity, 1); });
  };
  BOOST_TEST(contains(refused({{"model", "small"}}, "wrong"), "no quantity wrong; its quantities are: right, kept"));
  BOOST_TEST(contains(refused({{"model", "small"}}, "right"), "lacks the label noise"));
  BOOST_TEST(contains(refused({{"model", "small"}, {"noise", "flip"}, {"length", 4}}, "right"),
                      "has the labels model=small, noise=flip, length=4 where model, noise are declared"));
  BOOST_TEST(contains(sentence_of<study_error>([&] { r.declare("right", {}); }), "declared twice"));
  BOOST_TEST(contains(sentence_of<study_error>([&] { r.declare_label("model", {}); }), "declared twice"));
  BOOST_TEST(contains(sentence_of<study_error>([&] { r.declare("other", {"colour"}); }), "no label colour"));
  r.add({{"model", "small"}, {"noise", "flip"}}, 1, 10, "right", 1);
  BOOST_TEST(contains(sentence_of<study_error>([&] {
                        r.add({{"model", "small"}, {"noise", "flip"}}, 1, 10, "right", 2);
                      }),
                      "measured twice with seed 1 at step 10"));
}

BOOST_AUTO_TEST_CASE(a_file_holds_everything_but_the_page_s_published_numbers) {
  record r = sample_record();
  r.note("read with care");
  r.publish("kept", {{"model", "bound"}, {"length", 4}}, .25, "analytic");
  r.add({{"model", "small"}, {"noise", "flip"}}, 9, 40, "right", std::numeric_limits<double>::quiet_NaN());
  const std::string text = json_text(r);
  record back = record_from(text, "record.json");
  BOOST_TEST(json_text(back) == text);
  BOOST_TEST(back.published_series().size() == 1u);
  BOOST_TEST(back.published_series()[0].source == "analytic");
  back.publish(krait::testing::sample_rows);
  BOOST_TEST(back.published_series().size() == 3u);
  BOOST_TEST(json_text(back) == text);
  for (const auto& [name, value] : {std::pair{"small", .301}, {"large", .301}})
    BOOST_TEST(of("right").value({&back, {{"model", name}, {"noise", "flip"}}, 1}) == value);
}

BOOST_AUTO_TEST_CASE(files_of_others_are_one_sentence) {
  for (const char* text : {"", "{", "[]", "{\"format\": 2}", "{\"steps\": {\"learn\": 3}}"})
    BOOST_TEST(contains(sentence_of<data_error>([&] { record_from(text, "record.json"); }),
                        "record.json is no record of a krait study"));
  BOOST_TEST(contains(sentence_of<data_error>([&] { record_from("{\"format\": 1}", "record.json"); }),
                      "written by another version of krait"));
}

BOOST_AUTO_TEST_CASE(a_line_a_number) {
  const std::string text = csv(sample_record());
  BOOST_TEST(contains(text, "model,noise,length,seed,step,quantity,value\n"));
  BOOST_TEST(contains(text, "small,flip,,1,10,right,0.101\n"));
  BOOST_TEST(contains(text, "large,,64,3,0,kept,0.10000000000000009\n"));
  BOOST_TEST(std::ranges::count(text, '\n') == 1 + 36 + 18);
}
