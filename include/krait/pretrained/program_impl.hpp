// krait/pretrained/program_impl.hpp: command lines and printing of programs about language models.
#pragma once
#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cmath>
#include <krait/core/error.hpp>
#include <krait/pretrained/config_json_impl.hpp>
#include <krait/pretrained/program.hpp>
#include <new>

namespace krait::pretrained {

namespace detail {
/// The ids at which a model of this folder ends a text: none where no file says so.
inline std::vector<std::int32_t> end_tokens(const std::filesystem::path& folder) {
  for (const char* name : {"generation_config.json", "config.json"})
    if (std::filesystem::exists(folder / name))
      if (auto ids = config_json::read(folder / name).ids("eos_token_id"); !ids.empty()) return ids;
  return {};
}
/// What the command lines have in common: a model's folder, its tokenizer, help.
struct command_on_files {
  CLI::App app;
  std::string folder, file;

  explicit command_on_files(const std::string& about) : app(about) {
    app.get_formatter()->column_width(28);
    app.add_option("--model", folder, "the model's files")->option_text("FOLDER")->required();
    app.add_option("--tokenizer", file, "another tokenizer.json than the model's")->option_text("FILE");
  }
  /// False where help was asked for and printed.
  bool parse(int argc, const char* const* argv) try {
    app.set_help_flag("-h,--help", "print this and end");  // stands last
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", app.help());
    return false;
  } catch (const CLI::ParseError& e) {
    throw option_error(fmt::format("{}; --help shows the options.", e.what()));
  }
  std::filesystem::path tokenizer() const {
    return file.empty() ? std::filesystem::path(folder) / "tokenizer.json" : std::filesystem::path(file);
  }
};
}  // namespace detail

KRAIT_INLINE request read_request(int argc, const char* const* argv) {
  request r;
  detail::command_on_files files(
      "Continues a prompt with a language model out of a folder with config.json, safetensors files and tokenizer.json.");
  auto& app = files.app;
  app.add_option("--prompt", r.prompt, "the text that is continued")->option_text("TEXT")->required();
  app.add_option("--tokens", r.how.tokens, "at most so many [100]")
      ->option_text("COUNT")
      ->check(CLI::Range(1, 1 << 20));
  app.add_option("--temperature", r.how.how.temperature, "0: always the most probable token [0]")
      ->option_text("NUMBER");
  app.add_option("--top-k", r.how.how.top_k, "only the COUNT most probable; 0: all [0]")->option_text("COUNT");
  app.add_option("--top-p", r.how.how.top_p, "only the most probable that together reach this [1]")
      ->option_text("SHARE");
  app.add_option("--repetition-penalty", r.how.how.repetition_penalty, "above 1: tokens that were there are rarer [1]")
      ->option_text("NUMBER");
  app.add_option("--seed", r.how.seed, "of the draws [0]")->option_text("NUMBER");
  app.add_option("--stop", r.how.stops, "end before this text; once or more often")
      ->option_text("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  if (r.help = !files.parse(argc, argv); r.help) return r;
  check(r.how.how);
  r.model = files.folder, r.tokenizer = files.tokenizer();
  r.how.ends = detail::end_tokens(r.model);
  return r;
}

KRAIT_INLINE scoring_request read_scoring_request(int argc, const char* const* argv) {
  scoring_request r;
  std::string text;
  detail::command_on_files files(
      "Says how probable a language model finds a text. The model is a folder with config.json, safetensors files and "
      "tokenizer.json.");
  auto& app = files.app;
  app.add_option("--text", text, "the text, plain or as .xz or .gz")->option_text("FILE")->required();
  app.add_option("--window", r.window, "read in pieces of so many tokens; 0: in one [0]")
      ->option_text("COUNT")
      ->check(CLI::Range(0, 1 << 20));
  app.add_option("--stride", r.stride, "tokens from a window to the next; 0: half a window [0]")
      ->option_text("COUNT")
      ->check(CLI::Range(0, 1 << 20));
  if (r.help = !files.parse(argc, argv); r.help) return r;
  if (r.stride > 0 && r.window == 0)
    throw option_error("--stride needs a --window that it moves: give both, or neither.");
  if (r.stride == 0) r.stride = std::max(1, r.window / 2);
  r.model = files.folder, r.tokenizer = files.tokenizer(), r.text = text;
  return r;
}

KRAIT_INLINE void print_scores(const std::vector<double>& log_likelihoods, std::size_t bytes) {
  const double of_tokens = perplexity(log_likelihoods), nats = std::log(of_tokens);
  const auto count = static_cast<double>(log_likelihoods.size());
  fmt::print("tokens          {} in {} bytes; the first is only read\n", log_likelihoods.size() + 1, bytes);
  fmt::print("nats a token    {:.4f}\nperplexity      {:.4f}\n", nats, of_tokens);
  fmt::print("bits a byte     {:.4f}\n", nats * count / std::log(2.) / static_cast<double>(bytes));
}

KRAIT_INLINE int guarded(const std::function<void()>& program) try {
  program();
  return 0;
} catch (const error& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return e.exit_code;
} catch (const std::bad_alloc&) {
  fmt::print(stderr, "error: The machine has no memory left for this model: take a smaller one.\n");
  return 8;
} catch (const std::exception& e) {
  fmt::print(stderr, "error: {}\n", e.what());
  return 9;
}

KRAIT_INLINE int inspect(int argc, const char* const* argv) {
  return guarded([&] {
    if (argc != 2 || std::string_view(argv[1]).starts_with("-"))
      throw option_error("Give one folder that holds config.json and model.safetensors: inspect FOLDER.");
    const std::filesystem::path folder = argv[1];
    const tensor_files files(folder);
    std::size_t widest = 0;
    for (const auto& [name, file] : files.where()) widest = std::max(widest, name.size());
    std::int64_t numbers = 0;
    for (const auto& [name, file] : files.where()) {
      const auto& tensor = files.at(name);
      fmt::print("{:<{}}  {:<5} {}\n", name, widest, tensor.dtype, shape_text(tensor.shape));
      numbers += tensor.size();
    }
    fmt::print("{} tensors, {} numbers\n", files.where().size(), numbers);
    const auto about = std::filesystem::is_directory(folder) ? folder : folder.parent_path();
    if (std::filesystem::exists(about / "tokenizer_config.json"))
      fmt::print(
          "tokenizer  {} in transformers; krait reads tokenizer.json as it stands\n",
          detail::config_json::read(about / "tokenizer_config.json").text("tokenizer_class", "of no named class"));
    fmt::print("type       {}\n", type_text(read_description(about)));
  });
}

}  // namespace krait::pretrained
