#define BOOST_TEST_MODULE data_encode
#include <boost/test/unit_test.hpp>
#include <krait/data/encode.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using namespace krait::data;
using tokens = byte_tokenizer;

BOOST_AUTO_TEST_CASE(a_prompt_spelt_out) {
  const encoded_pair pair = encode("a?", "xy");
  BOOST_TEST(
      (pair.ids == std::vector<std::int32_t>{tokens::begin, 'a', '?', tokens::separator, 'x', 'y', tokens::end}));
  BOOST_TEST((pair.mask == std::vector<float>{0, 0, 0, 1, 1, 1, 0}));
}

BOOST_AUTO_TEST_CASE(the_mask_marks_what_foretells_the_answer_and_its_end) {
  for (const auto& one : std::vector<question_answer>{
           {"", ""}, {"a", ""}, {"", "b"}, {"Hauptstadt von Österreich?", "Wien"}, {"q", std::string(300, 'z')}}) {
    const encoded_pair pair = encode(one);
    BOOST_TEST(pair.length() == encoded_length(one));
    BOOST_TEST(pair.mask.size() == pair.length());
    std::vector<std::int32_t> foretold;
    for (std::size_t i = 0; i < pair.length(); ++i)
      if (pair.mask[i] == 1) foretold.push_back(pair.ids.at(i + 1));  // throws if the last position is marked
    BOOST_TEST(foretold.size() == one.answer.size() + 1);
    BOOST_TEST(foretold.back() == tokens::end);
    BOOST_TEST(tokens::decode(foretold) == one.answer);
  }
}

BOOST_AUTO_TEST_CASE(a_question_alone_is_the_beginning_of_the_prompt) {
  const auto pair = encode("Capital of Peru?", "It is Lima.");
  const auto question = encode_question("Capital of Peru?");
  BOOST_TEST((question == std::vector<std::int32_t>(pair.ids.begin(), pair.ids.begin() + 18)));
  BOOST_TEST(pair.mask[16] == 0);
  BOOST_TEST(pair.mask[17] == 1);
}

BOOST_AUTO_TEST_CASE(a_text_is_read_whole) {
  const encoded_pair text = encode_text("xy");
  BOOST_TEST((text.ids == std::vector<std::int32_t>{tokens::begin, 'x', 'y', tokens::end}));
  BOOST_TEST((text.mask == std::vector<float>{1, 1, 1, 0}));
  BOOST_CHECK_EXCEPTION(encode_text("a\x1F"), data_error, test::says("control byte 31"));
}

BOOST_AUTO_TEST_CASE(special_bytes_in_texts_are_refused) {
  BOOST_CHECK_EXCEPTION(encode("a\x1F", "b"), data_error, test::says("control byte 31"));
  BOOST_CHECK_EXCEPTION(encode("a", std::string("b\0", 2)), data_error, test::says("control byte 0"));
}
