// tests/experiment/language_modelling.cpp: language models from scratch: what a run leaves, that neither kills nor
// threads change it, and that models over bytes and over sub-words compare.
#define BOOST_TEST_MODULE experiment_language_modelling
#include "whole_run.hpp"
//
#include <cmath>
#include <krait/experiment/language_modelling.hpp>
#include <krait/model/list.hpp>
#include <krait/paper/language_modelling.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/tokenizer/own_bpe.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Sentences that are soon learnt.
struct counting {
  static constexpr std::string_view name = "counting";
  static data::read_text load(const std::filesystem::path&) {
    data::read_text all;
    all.passages = 2, all.passages_held_out = 1;
    for (int i = 0; i < 200; ++i) (i < 160 ? all.train : all.held_out) += "one and two make three. ";
    return all;
  }
};

struct short_text {
  static constexpr std::string_view name = "short";
  static data::read_text load(const std::filesystem::path&) {
    data::read_text all;
    all.train = std::string(100, 'a'), all.held_out = "aaa";
    return all;
  }
};

using over_sub_words =
    model::language_model<264, model::mamba_stack<1, mamba_config{.d_model = tiny_width, .d_state = 2}>,
                          rms_norm<tiny_width>>;
constexpr experiment::language_modelling_config config{
    .steps = 30, .batch = 5, .length = 24, .per_shard = 2, .held_out = 6, .look_every = 10, .prompt = 8, .sample = 16};
using study =
    experiment::language_modelling<model::list<model::named<"mamba", tiny_mamba>,
                                               experiment::reads<"sub-words", over_sub_words, tokenizer::own_bpe<264>>>,
                                   counting, brisk, mortal_schedule, config, paper::language_modelling>;

const whole_run<study> whole{.lives = {20, 45, 70, 1000}, .least_kills = 3};

double measured(const std::filesystem::path& out, const std::string& model, const std::string& quantity,
                std::size_t at) {
  const auto record = nlohmann::json::parse(text_of(out / "record.json"));
  for (const auto& one : record["measured"])
    if (one["quantity"] == quantity && one["labels"]["model"] == model) return one["points"].at(at).at(2).get<double>();
  throw std::runtime_error("there is no " + quantity);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_run_leaves) {
  const auto& out = whole.uninterrupted();
  const auto files = files_in(out);
  for (const char* name :
       {"result.json", "index.html", "models.csv", "learning.svg", "checkpoint/mamba-seed2.safetensors",
        "samples/mamba-seed1.txt", "samples/sub-words-seed2.txt", "models/mamba-seed1/config.json",
        "models/sub-words-seed2/model.safetensors"})
    BOOST_TEST((std::ranges::find(files, name) != files.end()), name);
  // Eight held-out bytes, and how the model goes on.
  const std::string text = text_of(out / "samples/mamba-seed1.txt");
  BOOST_TEST(text.starts_with("one and  | "));
  BOOST_TEST(text.size() >= 8 + 3 + 16 + 1);
  const auto r = result_of(out);
  BOOST_TEST(r["settings"]["bytes held out"] == 960);
}

// Untrained, all bytes are about as likely: 8 bits. Then it predicts what it has not read better than their frequencies
// do.
BOOST_AUTO_TEST_CASE(bits_a_byte) {
  const auto& out = whole.uninterrupted();
  BOOST_TEST(std::abs(measured(out, "mamba", "held out", 0) - 8) < .5);
  const double frequencies = result_of(out)["settings"]["bits a byte by the frequencies of bytes"];
  BOOST_TEST((frequencies > 3 && frequencies < 4));
  for (const char* model : {"mamba", "sub-words"}) {
    BOOST_TEST(measured(out, model, "held out", 3) < frequencies);
    BOOST_TEST(measured(out, model, "loss", 2) < measured(out, model, "loss", 0));
  }
  // The same sentence is fewer tokens with merges, each of which an untrained model finds as likely as any other.
  BOOST_TEST(measured(out, "sub-words", "held out", 0) < 7.5);
}

// What stands in models/ is the model and its tokens, and goes on with a text as the sample did.
template <class Model> void goes_on_as_the_sample(const std::string& name, const char* prompt) {
  const auto folder = whole.uninterrupted() / "models" / name;
  const auto weights = pretrained::read<Model>(folder);
  pretrained::writer<Model, config.prompt + config.sample> writer(*weights);
  const auto tokens = tokenizer::pipeline::read(folder / "tokenizer.json");
  const std::string text = pretrained::complete(
      writer, tokens, prompt,
      {.tokens = config.sample, .how = {.temperature = config.temperature, .top_p = config.top_p}, .seed = 1},
      [](const std::string&) {});
  BOOST_TEST(text_of(whole.uninterrupted() / "samples" / (name + ".txt")) == std::string(prompt) + " | " + text + "\n");
}
BOOST_AUTO_TEST_CASE(models_are_files) {
  goes_on_as_the_sample<tiny_mamba>("mamba-seed1", "one and ");
  const auto tokens = tokenizer::pipeline::parse(tokenizer::byte_tokens(), "bytes");
  for (const std::string text : {"one  two\n", "caf\u00e9 \u0928", "\t!"}) {
    std::vector<std::int32_t> bytes;
    data::byte_tokenizer::append(text, bytes);
    BOOST_TEST(tokens.encode(text) == bytes);
    BOOST_TEST(tokens.decode(bytes, false, tokenizer::broken::keep) == text);
  }
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) { whole.same_for_one_thread(); }
BOOST_AUTO_TEST_CASE(kills_change_nothing) { whole.same_after_kills(); }
BOOST_AUTO_TEST_CASE(kills_at_any_moment_change_nothing) { whole.same_after_kills_at_any_moment(); }
BOOST_AUTO_TEST_CASE(the_page_is_drawn_again) { whole.same_when_drawn_again(); }

BOOST_AUTO_TEST_CASE(a_text_that_is_too_short) {
  using of_short = experiment::language_modelling<model::list<model::named<"mamba", tiny_mamba>>, short_text, brisk,
                                                  schedule::constant<>, config>;
  const scratch_folder here;
  const auto ended = run_study<of_short>(here.path, {"--out", (here.path / "out").string()});
  BOOST_TEST(contains(ended.err, "The text that is held out has 3 tokens for the mamba, and two windows of 24 are 50"));
}
