#define BOOST_TEST_MODULE tokenizer_pipeline
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <krait/core/random.hpp>
#include <krait/tokenizer/for_data.hpp>
#include <nlohmann/json.hpp>

#include "../data/files.hpp"

using namespace krait;
using nlohmann::json;
using ids = std::vector<std::int32_t>;

namespace {

json of_model(json vocab, json merges) {
  return {{"model", {{"type", "BPE"}, {"vocab", std::move(vocab)}, {"merges", std::move(merges)}}}};
}
tokenizer::pipeline read(const json& file) { return tokenizer::pipeline::parse(file.dump(), "test.json"); }

// Bytes as tokens, some merges, a normaliser, a word that is added and a template: a bit of everything.
json small_file() {
  json vocab;
  int next = 0;
  for (const char* token : {"a", "b", "c", "d", "\u0120", "\u00c3", "\u00a9", "ab", "\u0120ab", "abc", "cd"})
    vocab[token] = next++;
  json file = of_model(vocab, json::array({"a b", "\u0120 ab", "ab c", "c d"}));
  file["normalizer"] = {{"type", "NFC"}};
  file["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", false}, {"use_regex", true}};
  file["decoder"] = {{"type", "ByteLevel"}};
  file["added_tokens"] = json::array({{{"id", 11}, {"content", "<end>"}, {"special", true}}});
  file["post_processor"] = {{"type", "TemplateProcessing"},
                            {"single", json::array({{{"Sequence", {{"id", "A"}, {"type_id", 0}}}},
                                                    {{"SpecialToken", {{"id", "<end>"}, {"type_id", 0}}}}})},
                            {"pair", json::array()},
                            {"special_tokens", {{"<end>", {{"id", "<end>"}, {"ids", {11}}, {"tokens", {"<end>"}}}}}}};
  return file;
}

}  // namespace

// As `tokenizers` 0.23.3 gives them.
BOOST_AUTO_TEST_CASE(merges_are_strings_or_pairs) {
  const auto pairs = read(of_model({{"a", 0}, {" ", 1}, {"b", 2}, {" b", 3}, {"a b", 4}},
                                   json::array({json::array({" ", "b"}), json::array({"a", " b"})})));
  BOOST_TEST((pairs.encode("a b") == ids{4}));
  BOOST_TEST((pairs.encode("b a b") == ids{2, 1, 4}));
  BOOST_TEST(pairs.decode(ids{2, 1, 4}) == "b   a b");  // without a decoder tokens stand apart
  BOOST_TEST((read(of_model({{"a", 0}, {"b", 1}, {"ab", 2}}, json::array({"a b"}))).encode("abab") == ids{2, 2}));
}

BOOST_AUTO_TEST_CASE(whole_words_may_go_before_merges) {
  json file = of_model({{"a", 0}, {"b", 1}, {"c", 2}, {"ab", 3}, {"abc", 4}}, json::array({"a b"}));
  BOOST_TEST((read(file).encode("abc") == ids{3, 2}));
  file["model"]["ignore_merges"] = true;
  BOOST_TEST((read(file).encode("abc") == ids{4}));
}

BOOST_AUTO_TEST_CASE(a_pipeline_of_all_parts) {
  const auto t = read(small_file());
  BOOST_TEST((t.encode("abcd ab") == ids{9, 3, 8, 11}));
  BOOST_TEST((t.encode("abcd ab", false) == ids{9, 3, 8}));
  BOOST_TEST((t.encode("ab<end>cd") == ids{7, 11, 10, 11}));
  BOOST_TEST((t.encode("e\u0301", false) == ids{5, 6}));  // NFC, then its two bytes
  BOOST_TEST(t.decode(ids{9, 3, 8, 11}) == "abcd ab");
  BOOST_TEST(t.decode(ids{9, 3, 8, 11}, false) == "abcd ab<end>");
  BOOST_TEST(t.decode(ids{7, 5}) == "ab\uFFFD");  // half a character
  BOOST_TEST(t.decode(ids{7, 5}, true, tokenizer::broken::keep) == "ab\xc3");
  BOOST_TEST(t.bound() == 12);
  BOOST_TEST(t.special(11));
  BOOST_TEST(!t.special(9));
}

// The tokenizer of a data policy: four more ids, which no text has.
BOOST_AUTO_TEST_CASE(of_a_study) {
  using study_tokens = tokenizer::for_data<20>;
  static_assert(data::tokenizer<study_tokens>);
  const study_tokens t(read(small_file()));
  ids text;
  t.append("ab<end>cd", text);
  BOOST_TEST((text == ids{7, 11, 10}));
  text.insert(text.end(), {t.separator, 0, t.end, 1});
  BOOST_TEST(t.decode(text) == "ab<end>cd\uFFFDa");
  BOOST_TEST((t.pad == 12 && t.begin == 13 && t.end == 14 && t.separator == 15));
  BOOST_CHECK_EXCEPTION(tokenizer::for_data<15>(read(small_file())), data_error, test::says("vocabulary of 15"));
}

// A word of a million letters takes a million times as long as one letter, or a little more.
BOOST_AUTO_TEST_CASE(long_words, *boost::unit_test::timeout(20)) {
  const auto t = read(of_model({{"a", 0}, {"aa", 1}, {"aaaa", 2}}, json::array({"a a", "aa aa"})));
  const auto found = t.encode(std::string(1'000'001, 'a'));
  BOOST_TEST(found.size() == 250'001);
  BOOST_TEST(found.back() == 0);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_used_is_named) {
  const auto refuses = [](const json& file, const char* words) {
    BOOST_CHECK_EXCEPTION(read(file), data_error, test::says(words));
  };
  json file = small_file();
  file["model"]["type"] = "Unigram";
  refuses(file, "Unigram");
  file = small_file();
  file["pre_tokenizer"] = {{"type", "UnicodeScripts"}};
  refuses(file, "UnicodeScripts");
  file = small_file();
  file["normalizer"] = {{"type", "Nmt"}};
  refuses(file, "Nmt");
  file = small_file();
  file["model"]["merges"].push_back("a x");
  refuses(file, "\"x\"");
  file = small_file();
  file["model"]["vocab"]["cd"] = 3;
  refuses(file, "same id 3");
  file = small_file();
  file["model"]["merges"].push_back("a");
  refuses(file, "its merge 5");
  BOOST_CHECK_EXCEPTION(read(small_file()).encode("ab\xff"), data_error, test::says("no UTF-8 at byte 2"));
  BOOST_CHECK_EXCEPTION(tokenizer::pipeline::read("/nowhere/tokenizer.json"), krait::error, test::says("/nowhere"));
}

// Damaged files are read or refused in one sentence, never more.
BOOST_AUTO_TEST_CASE(damaged_files) {
  const std::string whole = small_file().dump();
  int refused = 0;
  for (std::uint64_t i = 0; i < 300; ++i) {
    std::string text = whole;
    const auto at = [&](std::uint64_t k) { return integer({1, stream("damage"), 8 * i + k}, text.size()); };
    switch (i % 3) {
      case 0:
        text.resize(at(0));
        break;  // cut off
      case 1:
        text[at(0)] = static_cast<char>('!' + integer({2, stream("damage"), i}, 90));
        break;  // another character
      case 2:
        text.erase(at(0), 1 + at(1) % 20);
        break;  // a gap
    }
    try {
      const auto t = tokenizer::pipeline::parse(text, "damaged.json");
      t.decode(t.encode("ab abcd <end>"));
    } catch (const krait::error& e) {
      ++refused;
      BOOST_TEST(test::one_sentence(e.what()), e.what());
    }
  }
  BOOST_TEST(refused > 150);
}

// Of the five families, ids and texts that the reference gave (oracles/tokenizers.py).
BOOST_AUTO_TEST_CASE(families, *boost::unit_test::precondition(test::needs("tokenizers"))) {
  std::ifstream stored(std::string(KRAIT_ORACLES_DIR) + "/tokenizers.json");
  const json all = json::parse(stored);
  for (const auto& [family, cases] : all.items()) {
    const auto t = tokenizer::pipeline::read(test::real_data() / "tokenizers" / (family + ".json.xz"));
    for (const auto& one : cases) BOOST_TEST_CONTEXT(family << ": " << one["text"]) {
        const auto found = t.encode(one["text"].get<std::string>());
        BOOST_TEST(found == one["ids"].get<ids>(), boost::test_tools::per_element());
        BOOST_TEST(t.decode(found, false) == one["decoded"].get<std::string>());
      }
  }
}
