// tests/tokenizer/families.cpp: the files of five families, where KRAIT_DATA has them, against ids and texts that the
// reference gave (oracles/tokenizer_ids.py).
#define BOOST_TEST_MODULE tokenizer_families
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <krait/tokenizer/pipeline.hpp>
#include <nlohmann/json.hpp>

#include "tests/data/files.hpp"
using namespace krait;

BOOST_AUTO_TEST_CASE(ids_and_texts_are_those_of_the_reference,
                     *boost::unit_test::precondition(test::needs("tokenizers"))) {
  std::ifstream stored(std::string(KRAIT_ORACLES_DIR) + "/tokenizer_ids.json");
  const auto all = nlohmann::json::parse(stored);
  for (const auto& [family, cases] : all.items()) {
    const auto t = tokenizer::pipeline::read(test::real_data() / "tokenizers" / (family + ".json.xz"));
    for (const auto& one : cases) BOOST_TEST_CONTEXT(family << ": " << one["text"]) {
        const auto found = t.encode(one["text"].get<std::string>());
        BOOST_TEST(found == one["ids"].get<std::vector<std::int32_t>>(), boost::test_tools::per_element());
        BOOST_TEST(t.decode(found, false) == one["decoded"].get<std::string>());
      }
  }
}
