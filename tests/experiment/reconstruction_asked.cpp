// tests/experiment/reconstruction_asked.cpp: measures of a decoder that is known: one that keeps what we say, whatever
// its model.
#define BOOST_TEST_MODULE experiment_reconstruction_asked
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <krait/data/byte_tokenizer.hpp>
#include <krait/experiment/linear_probe.hpp>
#include <krait/experiment/word_omissions.hpp>
#include <map>
#include <numbers>
#include <string>
#include <vector>

#include "tests/data/files.hpp"
using namespace krait;
using namespace krait::experiment;

namespace {

/// Words of two kinds, letters or digits, of one to three bytes.
std::string text_of(std::uint64_t seed, std::size_t words) {
  std::string all;
  for (std::size_t i = 0; i < words; ++i) {
    const std::uint64_t some = bits({seed, stream("asked"), i});
    for (std::uint64_t k = 0; k <= some % 3; ++k)
      all += static_cast<char>((some >> 8) % 2 ? 'a' + (some >> (9 + 4 * k)) % 16 : '0' + (some >> (9 + 4 * k)) % 10);
    all += ' ';
  }
  return all;
}

/// The state as it is: numbers are omitted unless they stand in the second half of the text, words never. The
/// unconditional decoder: omits everything, and needs 2 bits a token where the other needs 1. States: the one-hot codes
/// of the last four tokens, of which the convolution has the last.
struct known_decoder : reconstructions {
  std::string_view model() const override { return "known"; }
  void write(const train::chunks& of, const std::vector<std::string_view>& wanted, const telling& tell) override {
    rebuilt found, alone;
    for (std::size_t s = 0; s < of.size(); ++s) {
      std::vector<std::int32_t> text(of[s].begin(), of[s].end());
      for (std::size_t t = 0; t < text.size() / 2; ++t)
        if (text[t] >= '0' && text[t] <= '9') text[t] = '?';
      found.written.push_back(text);
      alone.written.emplace_back();
    }
    found.loss.assign(of.size() * static_cast<std::size_t>(of.length + 1), std::numbers::ln2);
    alone.loss.assign(found.loss.size(), 2 * std::numbers::ln2);
    BOOST_TEST(wanted.size() == 5u);
    tell(start::as_it_is::name, found, alone);
    tell(start::unconditional, alone, alone);
  }
  std::vector<float> read(const train::chunks& of, encoder by, state_part part) override {
    std::vector<float> rows;
    for (std::size_t s = 0; s < of.size(); ++s)
      for (std::size_t back = part == state_part::recurrence ? 2 : 1; back <= (part == state_part::convolution ? 1 : 4);
           ++back)
        for (std::int32_t id = 0; id < 128; ++id)
          rows.push_back(by == encoder::trained && of[s][of[s].size() - back] == id);
    return rows;
  }
};

struct asked {
  program::options options;
  reconstruction_plan plan{options, token_code::of(data::byte_tokenizer()), {16}, {.per_shard = 1, .bins = 4}};
  std::map<std::string, double> found;
  measuring to{[this](const studies::measurement& m) { found[m.quantity + ": " + studies::text_of(m.at)] = m.value; },
               1, 0, .9};
  asked() {
    plan.tokens.append(text_of(1, 4000), plan.train);
    plan.tokens.append(text_of(2, 1500), plan.held_out);
  }
  double of(const std::string& quantity, const std::string& labels, const std::string& model = "known") const {
    const auto one = found.find(quantity + ": model=" + model + ", length=16" + labels);
    BOOST_REQUIRE_MESSAGE(one != found.end(), quantity << labels << " was not measured");
    return one->second;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(words_that_are_omitted) {
  asked a;
  known_decoder decoder;
  const word_omissions_measure measure(a.plan, tagged_words::load({}, a.plan.tokens.decode(a.plan.held_out)), {16}, {});
  studies::record record;
  record.declare_levels("model", std::vector<std::string>{"known"});
  record.declare_levels("length", std::vector<int>{16});
  record.declare_label("control", {std::string(start::as_it_is::name), std::string(start::unconditional)});
  measure.describe(record);
  BOOST_TEST(record.group("category", "shape").size() == 4u);
  measure.measure(decoder, a.to, 4);  // a length that it does not ask about
  BOOST_TEST(a.found.empty());
  measure.measure(decoder, a.to, 16);

  const std::string own = ", control=as it is", alone = ", control=unconditional decoder";
  const auto category = [](const char* name) { return std::string(", category=") + name; };
  BOOST_TEST(a.of("omitted", own + category("word")) < .02);  // but for a word twice, of which one is torn
  BOOST_TEST(a.of("omitted", own + category("number")) > .4);
  BOOST_TEST(a.of("omitted", alone + category("number")) == 1);
  BOOST_TEST(a.of("restored", alone + category("number")) == 1 - a.of("omitted", own + category("number")));
  BOOST_TEST(a.of("relative", own + category("number")) > 1.8);
  BOOST_TEST(std::abs(a.of("relative", own + category("all words")) - 1) < 1e-12);
  BOOST_TEST(a.of("omitted", own + category("oldest quarter")) > .4);
  BOOST_TEST(a.of("omitted", own + category("newest quarter")) < .03);
  BOOST_TEST(a.of("told", category("word")) == .5);  // of two bits a token one
  BOOST_TEST(a.of("told_low", category("word")) == .5);
  const double bytes = a.of("surprise", category("all words")) / 2;  // with the space before all but the first word
  BOOST_TEST((bytes > 2.5 && bytes < 3));
  const std::string test = ", division=shape, test=";
  BOOST_TEST(a.of("pairs", own + test + word_omissions_measure::by_word) == 1);
  BOOST_TEST(a.of("differ", own + test + word_omissions_measure::by_word) == 1);
  BOOST_TEST(a.of("differ", own + test + word_omissions_measure::by_chunk) == 1);
  BOOST_TEST(a.of("differ", alone + test + word_omissions_measure::by_chunk) == 0);
  BOOST_TEST(a.of("untested", alone + test + word_omissions_measure::by_chunk) == 1);  // all are omitted
  BOOST_TEST(a.of("difference", ", category=number, other=word") > .4);
  const std::string frequency = own + ", number=frequency in the training text, held=";
  BOOST_TEST(std::abs(a.of("rho", frequency + "place, bytes and surprise")) < 1);
  BOOST_TEST(a.of("rho_p", own + ", number=surprise, held=nothing") <= 1);
  BOOST_CHECK_EXCEPTION(word_omissions_measure(a.plan, tagged_words::load({}, "one word"), {16}, {}), data_error,
                        test::says("the words fill 1 chunks of 16 tokens, too few"));
}

BOOST_AUTO_TEST_CASE(what_a_linear_function_reads) {
  asked a;
  known_decoder decoder;
  const linear_probe<linear_probe_config{.texts = 300, .asked = 200}> measure(a.plan);
  measure.measure(decoder, a.to, 16);
  const std::string own = ", control=as it is", random = ", control=random encoder";
  BOOST_TEST(a.of("probed_from", "") == 16);
  BOOST_TEST(a.of("probed_at", ", position=4") > .95);  // the last four tokens, which the states hold
  BOOST_TEST(a.of("probed_at", ", position=1") < a.of("commonest", "") + .1);
  for (const char* back : {"1", "2", "4"}) BOOST_TEST(a.of("probed_back", own + ", back=" + back) > .95);
  for (const char* back : {"8", "16"}) BOOST_TEST(a.of("probed_back", own + ", back=" + back) < .5);
  BOOST_TEST(a.of("probed", own) > .4);
  BOOST_TEST(std::abs(a.of("probed", random) - a.of("commonest", "")) < .01);
  BOOST_TEST(a.of("probed_low", own) < a.of("probed", own));
  BOOST_TEST(!a.found.contains("probed: model=known, length=16, control=SSM only"));
}

BOOST_AUTO_TEST_CASE(what_a_linear_function_reads_out_of_parts) {
  asked a;
  known_decoder decoder;
  const linear_probe<linear_probe_config{.texts = 300, .asked = 200, .parts = true}> measure(a.plan);
  measure.measure(decoder, a.to, 16);
  const std::string ssm = ", control=SSM only, back=", convolution = ", control=convolution only, back=";
  BOOST_TEST(a.of("probed_back", convolution + "1") > .95);
  BOOST_TEST(a.of("probed_back", convolution + "2") < .5);
  BOOST_TEST(a.of("probed_back", ssm + "1") < .5);
  BOOST_TEST(a.of("probed_back", ssm + "2") > .95);
}
