#define BOOST_TEST_MODULE data_byte_tokenizer
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <krait/data/byte_tokenizer.hpp>
#include <string>
#include <vector>

#include "files.hpp"
using namespace krait;
using tokens = data::byte_tokenizer;
using ids = std::vector<std::int32_t>;

BOOST_AUTO_TEST_CASE(every_allowed_byte_comes_back) {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    if (tokens::special(byte)) {
      BOOST_CHECK_EXCEPTION(tokens::encode("ab" + text), data_error, test::says("at byte 2 of a text"));
    } else {
      BOOST_TEST((tokens::encode(text) == ids{byte}));
      all += text;
    }
  }
  BOOST_TEST(all.size() == 252u);
  BOOST_TEST((tokens::decode(tokens::encode(all)) == all));
}

BOOST_AUTO_TEST_CASE(unicode_comes_back) {
  for (const std::string text : {"", "Paris", "Reykjavík, Yaoundé, Chișinău", "राजधानी क्या है?", "Ω 😀 \n\t"}) {
    const ids encoded = tokens::encode(text);
    BOOST_TEST(encoded.size() == text.size());
    for (const auto id : encoded) BOOST_TEST((id >= 0 && id < tokens::vocabulary));
    BOOST_TEST(tokens::decode(encoded) == text);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_ends_at_the_end_token) {
  BOOST_TEST(tokens::decode(ids{'O', 'k', tokens::end, 'x', -5}) == "Ok");
  BOOST_TEST(tokens::decode(ids{tokens::end}).empty());
  BOOST_TEST(tokens::decode(ids{}).empty());
}

BOOST_AUTO_TEST_CASE(stray_special_tokens_do_not_pass_for_text) {
  BOOST_TEST(tokens::decode(ids{'O', tokens::separator, 'k', tokens::pad, tokens::begin}) == "O\uFFFDk\uFFFD\uFFFD");
}

BOOST_AUTO_TEST_CASE(ids_that_are_no_bytes_are_refused) {
  BOOST_CHECK_EXCEPTION(tokens::decode(ids{'a', 256}), data_error, test::says("256"));
  BOOST_CHECK_EXCEPTION(tokens::decode(ids{-1}), data_error, test::says("-1"));
}
