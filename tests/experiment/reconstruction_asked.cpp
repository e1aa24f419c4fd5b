// tests/experiment/reconstruction_asked.cpp: measures of a decoder that is known: one that keeps what we say, whatever
// its model.
#define BOOST_TEST_MODULE experiment_reconstruction_asked
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <filesystem>
#include <krait/data/byte_tokenizer.hpp>
#include <krait/experiment/linear_probe.hpp>
#include <krait/experiment/state_size.hpp>
#include <krait/experiment/swapped_memory.hpp>
#include <krait/experiment/token_ages.hpp>
#include <krait/experiment/word_omissions.hpp>
#include <krait/experiment/word_positions.hpp>
#include <krait/experiment/word_rarity.hpp>
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
    BOOST_TEST(wanted.size() >= 3u);
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

namespace {
/// A record of the labels that a study of the known decoder declares.
studies::record declared() {
  studies::record record;
  record.declare_levels("model", std::vector<std::string>{"known"});
  record.declare_levels("length", std::vector<int>{16});
  record.declare_label("control", {std::string(start::as_it_is::name), std::string(start::unconditional)});
  record.declare_levels("position", std::vector<int>{1, 2, 3, 4});
  return record;
}
}  // namespace

BOOST_AUTO_TEST_CASE(words_and_bits_by_where_they_stand) {
  asked a;
  known_decoder decoder;
  const word_positions_measure measure(a.plan, running_words::load({}, a.plan.tokens.decode(a.plan.held_out)), {16},
                                       {});
  studies::record record = declared();
  measure.describe(record);
  BOOST_TEST(record.levels("back").size() == 5u);
  measure.measure(decoder, a.to, 4);  // a length that it does not ask about
  BOOST_TEST(a.found.empty());
  measure.measure(decoder, a.to, 16);

  const std::string own = ", control=as it is", alone = ", control=unconditional decoder";
  BOOST_TEST(a.of("lost_from_start", own + ", word=1") > .4);  // the half that are numbers
  BOOST_TEST(a.of("lost_from_end", own + ", word=1") < .03);
  for (const char* end : {"lost_from_start", "lost_from_end"}) BOOST_TEST(a.of(end, alone + ", word=1") == 1);
  BOOST_TEST(a.of("omitted_in_all", alone) == 1);
  BOOST_TEST(a.of("omitted_at", own + ", position=1") > .4);
  BOOST_TEST(a.of("omitted_at", own + ", position=4") < .03);
  BOOST_TEST(a.of("omitted_at_low", own + ", position=1") < a.of("omitted_at", own + ", position=1"));
  double all = 0;
  for (const char* part : {"1", "2", "3", "4"}) {
    const std::string at = own + ", position=" + part;
    all += a.of("omissions_at", at);
    BOOST_TEST(a.of("kept_at", at) == 1);
    BOOST_TEST((a.of("hit_at", at) == 1) == (part[0] > '2'), part);
    BOOST_TEST(a.of("kept_at", alone + ", position=" + part) == 0);
  }
  BOOST_TEST(std::abs(all - 1) < 1e-12);
  for (const char* back : {"1", "2", "4", "8", "16"}) BOOST_TEST(a.of("kept_back", own + ", back=" + back) == 1);
  BOOST_CHECK_EXCEPTION(word_positions_measure(a.plan, running_words::load({}, "one word"), {16}, {}), data_error,
                        test::says("the words fill 1 chunks of 16 tokens, too few"));
}

BOOST_AUTO_TEST_CASE(words_by_how_rare_they_are) {
  asked a;
  known_decoder decoder;
  const word_rarity_measure measure(a.plan, tagged_words::load({}, a.plan.tokens.decode(a.plan.held_out)), {16}, {});
  studies::record record = declared();
  measure.describe(record);
  measure.measure(decoder, a.to, 16);
  const std::string number = ", number=frequency in the training text", own = ", control=as it is",
                    alone = ", control=unconditional decoder";
  int rarities = 0;
  for (int half = -16; half <= 0; ++half) {
    const std::string at = number + ", rarity=" + studies::level(half / 2.);
    if (!a.found.contains("lost: model=known, length=16" + own + at)) continue;
    ++rarities;
    BOOST_TEST(a.of("lost", alone + at) == 1);
    BOOST_TEST(std::abs(a.of("given", at) + a.of("lost", own + at) - 1) < 1e-12);  // for the other omits all
    BOOST_TEST(std::abs(a.of("saved", at) - .5) < 1e-12);
    BOOST_TEST(a.of("asked", at) >= 1);
  }
  BOOST_TEST(rarities >= 2);
  BOOST_TEST((a.of("given_in_all", "") > .5 && a.of("given_in_all", "") < .9));
  // Digits are fewer than letters, so that each number is more common than each word of its length, and lost more.
  BOOST_TEST(a.of("rho_lost", own + number + ", held=nothing") > 0);
  BOOST_TEST(a.of("rho_lost_p", own + number + ", held=nothing") < .1);
  for (const char* held : word_rarity_measure::held)
    if (const std::string at = number + ", held=" + held;
        a.found.contains("rho_lost: model=known, length=16" + own + at))
      BOOST_TEST(a.of("rho_given", at) == a.of("rho_lost", own + at));
  BOOST_TEST(!a.found.contains("rho_lost: model=known, length=16" + alone + number + ", held=nothing"));  // constant
  BOOST_TEST(!a.found.contains("rho_saved: model=known, length=16" + number + ", held=nothing"));
}

BOOST_AUTO_TEST_CASE(how_large_a_state_is) {
  asked a;
  known_decoder decoder;
  state_size(a.plan).measure(decoder, a.to, 16);
  BOOST_TEST(a.found["floats: model=known"] == 4 * 128);
  BOOST_TEST(a.found["floats_of_convolutions: model=known"] == 128);
  BOOST_TEST(a.found["floats_of_recurrence: model=known"] == 3 * 128);
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

namespace {
/// Needs nothing for the last four tokens and one bit for older ones, of the two that are told.
struct fading_decoder : known_decoder {
  void write(const train::chunks& of, const std::vector<std::string_view>&, const telling& tell) override {
    rebuilt found, alone;
    const auto tokens = static_cast<std::size_t>(of.length + 1);
    alone.loss.assign(of.size() * tokens, 2 * std::numbers::ln2), found.loss = alone.loss;
    for (std::size_t i = 0; i < found.loss.size(); ++i)
      found.loss[i] = i % tokens + 5 < tokens ? std::numbers::ln2 : i % tokens + 1 < tokens ? 0 : 99;  // the edge
    tell(start::as_it_is::name, found, alone);
    tell(start::newest_alone, alone, alone);
  }
};
}  // namespace

BOOST_AUTO_TEST_CASE(tokens_by_age) {
  asked a;
  a.plan.config.pairs = 4, a.plan.texts = 12;
  const token_ages measure(a.plan);
  studies::record to;
  to.declare_levels("model", std::vector<std::string>{"known"});
  to.declare_levels("length", std::vector{16});
  to.declare_label("control", {std::string(start::as_it_is::name)});
  measure.describe(to);
  BOOST_TEST(to.levels("age").size() == 16u);
  fading_decoder by;
  measure.measure(by, a.to, 16);
  const std::string own = ", control=as it is", none = ", control=newest tokens alone";
  for (const auto& [age, bits] : {std::pair{1, 2.}, {4, 2.}, {5, 1.}, {16, 1.}})
    BOOST_TEST(std::abs(a.of("bits_aged", own + ", age=" + std::to_string(age)) - bits) < 1e-12, age);
  BOOST_TEST(std::abs(a.of("bits_newer", own) - 2) < 1e-12);
  BOOST_TEST(std::abs(a.of("bits_older", own) - 1) < 1e-12);
  BOOST_TEST(a.of("bits_older", none) == 0);
  BOOST_TEST(std::abs(a.of("told_newer", "") - 2) < 1e-12);
  a.found.clear();
  a.plan.config.pairs = 16;  // no token is older
  measure.measure(by, a.to, 16);
  BOOST_TEST(!a.found.contains("bits_older: model=known, length=16" + own));
}

namespace {
/// Saves one bit of two of each byte, three quarters of the 'o's; writes nothing but "first"; as it reads, each byte
/// costs three bits.
struct partial_decoder : known_decoder {
  std::vector<std::vector<std::int32_t>> seen;
  void write(const train::chunks& of, const std::vector<std::string_view>&, const telling& tell) override {
    rebuilt found, alone, other;
    const auto tokens = static_cast<std::size_t>(of.length + 1);
    alone.loss.assign(of.size() * tokens, 2 * std::numbers::ln2);
    found.loss.assign(alone.loss.size(), std::numbers::ln2), other = alone;
    for (std::size_t s = 0; s < of.size(); ++s) {
      seen.emplace_back(of[s].begin(), of[s].end());
      for (std::size_t t = 0; t + 1 < tokens; ++t)
        if (of[s][t] == 'o') found.loss[s * tokens + t] /= 2;
      found.written.push_back(data::byte_tokenizer::encode("the first, "));
    }
    tell(start::as_it_is::name, found, alone);
    tell(start::of_another::name, other, alone);
  }
  std::vector<double> surprise(const train::chunks& of) override {
    return std::vector<double>(of.size() * static_cast<std::size_t>(of.length), 3 * std::numbers::ln2);
  }
};
}  // namespace

BOOST_AUTO_TEST_CASE(words_whose_frequency_was_made) {
  asked a;
  a.plan.held_out.clear(), a.plan.train.clear();
  for (int i = 0; i < 50; ++i)
    a.plan.tokens.append("a first. second; ", a.plan.held_out);  // 17: at every place in turn
  a.plan.tokens.append("first second first", a.plan.read_instead["known"]);
  const swapped_memory_measure measure(a.plan, {{"first", "eight"}, {"second", "twelve"}}, {16}, {});
  studies::record to;
  to.declare_levels("model", std::vector<std::string>{"known"});
  to.declare_levels("length", std::vector{16});
  measure.describe(to);
  BOOST_TEST(to.group("word", "second").back() == "twelve");
  partial_decoder by;
  measure.measure(by, a.to, 16);
  BOOST_TEST(a.found.at("read: model=known, word=first") == 2);
  BOOST_TEST(a.found.at("read: model=known, word=twelve") == 0);
  const auto of = [&](const char* quantity, const char* word) { return a.of(quantity, std::string(", word=") + word); };
  double first = 0, second = 0;
  for (const auto& text : by.seen) {
    const std::string block(text.begin(), text.end());
    BOOST_TEST(block.size() == 16u);
    first += block.find("first") != std::string::npos, second += block.find("second") != std::string::npos;
  }
  BOOST_TEST(of("asked", "first") == first);
  BOOST_TEST(of("asked", "second") == second);
  BOOST_TEST(first < 50);  // torn ones do not count
  const auto near = [](double found, double wanted) { return std::abs(found - wanted) < 1e-12; };
  BOOST_TEST(near(of("needed", "first"), 10));
  BOOST_TEST(near(of("kept", "first"), 5));
  BOOST_TEST(near(of("kept", "second"), 6.5));  // an o
  BOOST_TEST(near(of("kept_share", "second"), 6.5 / 12));
  BOOST_TEST(near(of("foreseen", "second"), 18));
  BOOST_TEST(of("kept_other", "second") == 0);
  BOOST_TEST(of("lost", "first") == 0);
  BOOST_TEST(of("lost", "second") == 1);
}
