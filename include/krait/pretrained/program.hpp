// krait/pretrained/program.hpp: programs about language models that people have: a prompt to text, how probable a text
// is, what is in a folder.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <krait/core/config.hpp>
#include <krait/data/compressed.hpp>
#include <krait/pretrained/generate.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/pretrained/score.hpp>
#include <krait/pretrained/writer.hpp>
#include <krait/tokenizer/bpe.hpp>
#include <string>
#include <vector>

namespace krait::pretrained {

/// What a command asks for.
struct request {
  std::filesystem::path model, tokenizer;  // folder; file
  std::string prompt;
  generation how;
  bool help = false;  // it was shown; nothing more to do
};
/// Throws option_error. The ids of `how.ends` are those that generation_config.json or config.json name as
/// eos_token_id.
request read_request(int argc, const char* const* argv);

/// What `perplexity` asks for.
struct scoring_request {
  std::filesystem::path model, tokenizer, text;  // folder; files
  int window = 0, stride = 0;                    // tokens; 0: the whole text in one, half a window
  bool help = false;
};
/// Throws option_error.
scoring_request read_scoring_request(int argc, const char* const* argv);

/// Prints what a text of so many bytes was scored: tokens, nats a token, perplexity, bits a byte.
void print_scores(const std::vector<double>& log_likelihoods, std::size_t bytes);

/// Runs `program` and returns 0; what it throws becomes a sentence on stderr and an exit code.
int guarded(const std::function<void()>& program);

/// `inspect FOLDER`: its tensors with types and shapes, how many numbers they are, and the C++ type of its config.json.
int inspect(int argc, const char* const* argv);

/// `generate --model FOLDER --prompt TEXT ...`: prints the text as it is written.
/// Length: most tokens of prompt and text for a model with attention.
template <class Model, int Length = 2048> int generate(int argc, const char* const* argv) {
  return guarded([&] {
    const request asked = read_request(argc, argv);
    if (asked.help) return;
    const auto w = read<Model>(asked.model);
    const auto tokens = tokenizer::pipeline::read(asked.tokenizer);
    tokenizer::check_vocabulary(tokens, Model::vocabulary);
    writer<Model, Length> writer(*w);
    complete(writer, tokens, asked.prompt, asked.how, [](const std::string& text) {
      std::fputs(text.c_str(), stdout);
      std::fflush(stdout);
    });
    std::fputs("\n", stdout);
  });
}

/// `perplexity --model FOLDER --text FILE ...`: how probable the model finds the text. Length as of generate.
template <class Model, int Length = 2048> int score_file(int argc, const char* const* argv) {
  return guarded([&] {
    const scoring_request asked = read_scoring_request(argc, argv);
    if (asked.help) return;
    const std::string text = data::read_file(asked.text);
    const auto w = read<Model>(asked.model);
    const auto tokens = tokenizer::pipeline::read(asked.tokenizer);
    tokenizer::check_vocabulary(tokens, Model::vocabulary);
    const auto ids = tokens.encode(text);
    writer<Model, Length> writer(*w);
    print_scores(asked.window > 0 ? sliding_log_likelihoods(writer, ids, asked.window, asked.stride)
                                  : log_likelihoods(writer, ids),
                 text.size());
  });
}

}  // namespace krait::pretrained

#ifndef KRAIT_COMPILED
#include <krait/pretrained/program_impl.hpp>
#endif
