// tests/tokenizer/pipeline.cpp: ids and texts are those of `tokenizers` (reference.py), or of the file that
// KRAIT_TOKENIZER_REFERENCE names; broken files are refused; training, streaming and the tokenizer of a study.
#define BOOST_TEST_MODULE tokenizer_pipeline
#include <unicode/uchar.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <krait/core/random.hpp>
#include <krait/data/encode.hpp>
#include <krait/tokenizer/bpe.hpp>
#include <krait/tokenizer/byte_alphabet.hpp>
#include <krait/tokenizer/stream.hpp>
#include <krait/tokenizer/train_bpe.hpp>
#include <krait/tokenizer/unicode.hpp>
#include <nlohmann/json.hpp>
#include <numeric>
#include <thread>

#include "tests/data/files.hpp"
using namespace krait;
using nlohmann::json;
using tokenizer::pipeline;
using ids_t = std::vector<std::int32_t>;

static_assert(data::tokenizer<tokenizer::bpe<512>>);

namespace {
std::vector<json> reference() {
  const char* named = std::getenv("KRAIT_TOKENIZER_REFERENCE");
  std::ifstream file(named != nullptr ? std::filesystem::path(named)
                                      : std::filesystem::path(__FILE__).parent_path() / "reference.json");
  std::vector<json> cases = json::parse(file);
  for (json& one : cases)
    if (one["file"]["model"].contains("shared")) {
      json model = cases.back()["file"]["model"];
      model.update(one["file"]["model"]);
      one["file"]["model"] = model;
    }
  return cases;
}
json file_named(const std::string& name) {
  for (const json& one : reference())
    if (one["name"] == name) return one["file"];
  throw std::runtime_error("reference.json has no " + name);
}
pipeline small(json model) { return pipeline::parse(json{{"model", model}}.dump()); }
std::vector<std::string> words(const pipeline& t, std::string_view text) {
  std::vector<std::string> found;
  for (const std::int32_t id : t.encode(text, false)) found.emplace_back(*t.token(id));
  return found;
}
/// A byte-level tokenizer whose tokens are whole words, so that its splits show.
pipeline splits(const std::string& name) {
  json file = file_named(name);
  file["added_tokens"] = json::array();
  return pipeline::parse(file.dump());
}
/// Texts, joined by bars, between which no merge reaches: where the pre-tokenizer cuts.
std::string cuts(const pipeline& t, std::string_view text) {
  std::string shown;
  for (const std::string& w : words(t, text)) shown += (shown.empty() ? "" : "|") + w;
  return shown;
}
}  // namespace

BOOST_AUTO_TEST_CASE(ids_and_texts_are_those_of_the_reference) {
  int compared = 0;
  for (const json& one : reference()) {
    if (one["results"].empty()) continue;
    const pipeline t = pipeline::parse(one["file"].dump());
    for (const json& r : one["results"]) BOOST_TEST_CONTEXT(one["name"] << ": " << r[0]) {
        const auto text = r[0].get<std::string>();
        BOOST_TEST((t.encode(text, false) == r[1].get<ids_t>()));
        BOOST_TEST((t.encode(text) == r[2].get<ids_t>()));
        BOOST_TEST(t.decode(r[2].get<ids_t>()) == r[3].get<std::string>());
        BOOST_TEST(t.decode(r[2].get<ids_t>(), false) == r[4].get<std::string>());
        std::string streamed;
        tokenizer::text_stream stream(t, false);
        for (const std::int32_t id : r[2].get<ids_t>()) {
          const std::string piece = stream.add(id);
          BOOST_TEST(tokenizer::detail::broken_at(piece) == piece.npos);
          streamed += piece;
        }
        streamed += stream.finish();
        // A token without a decoder stands between spaces, which a stream does not write.
        if (one["file"]["decoder"].is_object() && one["name"] != "prefix and suffix" &&
            r[4].get<std::string>().find("\uFFFD") == std::string::npos)
          BOOST_TEST(streamed == r[4].get<std::string>());
        ++compared;
      }
  }
  BOOST_TEST(compared > 0);
}

BOOST_AUTO_TEST_CASE(published_cases) {
  const json pairs = {{"vocab", {{"a", 0}, {" ", 1}, {"b", 2}, {" b", 3}, {"a b", 4}}},
                      {"merges", json::array({json::array({" ", "b"}), json::array({"a", " b"})})}};
  BOOST_TEST((small(pairs).encode("a b") == ids_t{4}));
  BOOST_TEST((small(pairs).encode("b a b") == ids_t{2, 1, 4}));
  const json qwen = file_named("qwen");
  // Without merges a word shows as its characters, so ids alone say where it is cut: with all merges of the file.
  BOOST_TEST(cuts(pipeline::parse(qwen.dump()), "in 2024 we").starts_with("in|Ġ|2|0|2|4|Ġ"));
  BOOST_TEST(cuts(pipeline::parse(qwen.dump()), "½ ²") == "Â|½|Ġ|Â|²");
}

BOOST_AUTO_TEST_CASE(very_long_words_take_near_linear_time) {
  const pipeline t = splits("gpt2");
  for (const std::string& unit : {std::string("thein"), std::string(" "), std::string("\u4f60")}) {
    std::string text;
    while (text.size() < 1'000'000) text += unit;
    const ids_t ids = t.encode(text);
    BOOST_TEST((t.decode(ids) == text));
  }
}

BOOST_AUTO_TEST_CASE(threads_and_caches_change_nothing) {
  const pipeline t = splits("gpt2");
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += " the" + std::to_string(i * 7919 % 20011);
  const ids_t once = t.encode(text);
  std::vector<ids_t> all(4);
  std::vector<std::thread> threads;
  for (ids_t& one : all) threads.emplace_back([&] { one = t.encode(text); });
  for (std::thread& thread : threads) thread.join();
  for (const ids_t& one : all) BOOST_TEST((one == once));
}

BOOST_AUTO_TEST_CASE(texts_that_are_no_utf8_are_refused_and_bytes_come_back) {
  const pipeline t = splits("gpt2");
  for (const char* bad : {"a\xFF", "\xC3", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xC0\x80"})
    BOOST_CHECK_EXCEPTION(t.encode(bad), data_error, test::says("no UTF-8"));
  for (int b = 0; b < 256; ++b) {
    const char c = static_cast<char>(b);
    const ids_t one{*t.id(tokenizer::detail::to_alphabet({&c, 1}))};
    BOOST_TEST(t.decode(one, true, tokenizer::broken::keep) == std::string(1, c));
  }
}

BOOST_AUTO_TEST_CASE(unsupported_and_wrong_fields_are_named) {
  const json good = file_named("gemma");
  const auto refused = [&](const char* pointer, const json& value, const char* words) {
    json bad = good;
    bad[json::json_pointer(pointer)] = value;
    BOOST_CHECK_EXCEPTION(pipeline::parse(bad.dump(), "x.json"), data_error, test::says(words));
    BOOST_CHECK_EXCEPTION(pipeline::parse(bad.dump(), "x.json"), data_error, test::says("x.json"));
  };
  refused("/model/type", "WordPiece", "WordPiece");
  refused("/model/dropout", .1, "dropout");
  refused("/model/unk_token", "<none>", "<none>");
  refused("/model/byte_fallback", 3, "byte_fallback");
  refused("/model/vocab/the", 0, "same id 0");
  refused("/model/vocab/the", -4, "the");
  refused("/model/vocab/the", 1 << 30, "the");
  refused("/model/vocab/the", "x", "the");
  refused("/model/vocab", 7, "vocab");
  refused("/model/merges/1", "th none", "none");
  refused("/model/merges/1", "t x", "\"x\"");
  refused("/model/merges/1", "a b c", "merge 2");
  refused("/model/merges/1", json::array({"a"}), "merge 2");
  refused("/normalizer/type", "Precompiled", "Precompiled");
  refused("/pre_tokenizer", json{{"type", "UnicodeScripts"}}, "UnicodeScripts");
  refused("/pre_tokenizer", json{{"type", "Split"}, {"behavior", "Isolated"}, {"pattern", {{"Regex", "(a"}}}}, "(a");
  refused("/pre_tokenizer", json{{"type", "Split"}, {"behavior", "Sideways"}, {"pattern", {{"String", "a"}}}},
          "Sideways");
  refused("/pre_tokenizer", json{{"type", "Sequence"}}, "pretokenizers");
  refused("/post_processor/single", json::array(), "0 times");
  refused("/post_processor/special_tokens", json::object(), "<s>");
  refused("/decoder/decoders/1/type", "CTC", "CTC");
  refused("/added_tokens/1/id", 9, "<s>");
  refused("/added_tokens/1/content", "", "content");
  refused("/added_tokens/2", good["added_tokens"][1], "twice");
  refused("/truncation", json{{"max_length", 8}}, "truncation");
  refused("/padding", json{{"length", 8}}, "padding");
  refused("/more", 1, "more");
  refused("/version", "2.0", "2.0");
  json deep = {{"type", "NFC"}};
  for (int i = 0; i < 30; ++i) deep = {{"type", "Sequence"}, {"normalizers", {deep}}};
  refused("/normalizer", deep, "Sequences");
  BOOST_CHECK_THROW(pipeline::read("/none/tokenizer.json"), file_error);
}

// 400 files that are broken somewhere: cut off, a byte changed, a part taken out, a value replaced. Each is read or
// refused with one sentence; what is read works.
BOOST_AUTO_TEST_CASE(broken_files_end_in_one_error) {
  std::uint64_t drawn = 0;
  const auto draw = [&](std::size_t below) {
    return static_cast<std::size_t>(integer({1, stream("broken files"), drawn++}, below));
  };
  int refused = 0;
  for (const char* name : {"gemma", "added", "prefix and suffix", "metaspace first"}) {
    const json good = file_named(name);
    const std::string text = good.dump();
    const json flat = good.flatten();
    const json values = {nullptr,       true,           -1,         1e300,      "", "\u0000",
                         json::array(), json::object(), 4294967296, "ByteLevel"};
    for (int i = 0; i < 100; ++i) {
      std::string bad = text;
      if (i % 4 == 0) bad.resize(draw(text.size()));
      if (i % 4 == 1) bad[draw(text.size())] = static_cast<char>(draw(256));
      if (i % 4 == 2) bad.erase(draw(text.size()), 1 + draw(40));
      if (i % 4 == 3) {
        // Not the vocabulary, which is most of the file.
        std::vector<std::string> places;
        for (const auto& [place, unused] : flat.items())
          if (!place.starts_with("/model/vocab") || places.empty()) places.push_back(place);
        json other = good;
        other[json::json_pointer(places[draw(places.size())])] = values[draw(values.size())];
        bad = other.dump();
      }
      try {
        const pipeline t = pipeline::parse(bad);
        t.decode(t.encode("the theme <s> é\u4f60 abc"));
      } catch (const krait::error& e) {
        ++refused;
        BOOST_TEST(test::one_sentence(e.what()), e.what());
      }
    }
  }
  BOOST_TEST(refused > 250);
}

BOOST_AUTO_TEST_CASE(a_vocabulary_of_ones_own) {
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i)
    texts.push_back("the cat " + std::to_string(i) + " sat on the mat, caf\u00e9 " + std::to_string(i % 7));
  const std::string file = tokenizer::train_bpe(texts, {.vocabulary = 300});
  BOOST_TEST(file == tokenizer::train_bpe(texts, {.vocabulary = 300}));
  const auto t = tokenizer::bpe<300>(pipeline::parse(file));
  BOOST_TEST(t.tokens().bound() == 300);
  BOOST_TEST(t.pad == 0);
  BOOST_TEST(t.begin == 1);
  BOOST_TEST(t.end == 2);
  BOOST_TEST(t.separator == 3);
  BOOST_TEST(t.tokens().encode(" the cat").size() == 2);
  const data::encoded_pair pair = data::encode("the cat", "sat \u4f60\n", t);
  BOOST_TEST(pair.ids.front() == t.begin);
  BOOST_TEST(t.decode(std::span(pair.ids).subspan(1)) == "the cat\uFFFDsat \u4f60\n");
  ids_t ids;
  BOOST_CHECK_EXCEPTION(t.append("a</s>", ids), data_error, test::says("</s>"));
  BOOST_CHECK_EXCEPTION(t.decode(ids_t{300}), data_error, test::says("300"));
  BOOST_CHECK_EXCEPTION(tokenizer::bpe<299>(pipeline::parse(file)), data_error, test::says("write bpe<300>"));
  BOOST_CHECK_EXCEPTION(tokenizer::train_bpe(texts, {.vocabulary = 259}), data_error, test::says("260"));
  BOOST_CHECK_EXCEPTION(tokenizer::train_bpe(std::vector<std::string>{"\xFF"}), data_error, test::says("byte 0"));

  const auto gpt2 = file_named("gpt2");  // the reference's trainer made its merges, from texts with ties
  BOOST_CHECK_EXCEPTION(tokenizer::bpe<322>(pipeline::parse(gpt2.dump())), data_error,
                        test::says("question and answer"));
  const tokenizer::bpe<324> larger(pipeline::parse(gpt2.dump()));
  BOOST_TEST(larger.separator == 322);

  const auto letters = pipeline::parse(tokenizer::train_characters(std::vector<std::string>{"ab \u4f60b"}));
  BOOST_TEST((letters.encode("ba\u4f60 z") == ids_t{7, 6, 8, 5, 4}));
  BOOST_TEST(letters.decode(ids_t{7, 6, 8, 5}) == "ba\u4f60 ");
}

// ICU of Debian 12 knows Unicode 15.0, the reference 16. Where a character is newer than ICU, the table adds it: these.
BOOST_AUTO_TEST_CASE(letters_and_numbers_are_those_of_the_reference) {
  long letters = 0, numbers = 0, blanks = 0, newer = 0;
  for (UChar32 c = 0; c < 0x110000; ++c) {
    const auto bits = tokenizer::detail::character_table()[c];
    letters += (bits & tokenizer::detail::letter) != 0;
    numbers += (bits & tokenizer::detail::number) != 0;
    blanks += (bits & tokenizer::detail::space) != 0;
    newer += (bits & 3) != 0 && (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) == 0;
  }
  BOOST_TEST(letters == 141028);
  BOOST_TEST(numbers == 1911);
  BOOST_TEST(blanks == 25);
  UVersionInfo icu;
  u_getUnicodeVersion(icu);
  BOOST_TEST_MESSAGE("Unicode " << int{icu[0]} << "." << int{icu[1]} << " in ICU lacks " << newer << " of them");
  if (icu[0] == 15 && icu[1] == 0) BOOST_TEST(newer == 5004);
  if (icu[0] >= 16) BOOST_TEST(newer == 0);
}
