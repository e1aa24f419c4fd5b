// krait/run/read_options.hpp: the command line that every experiment has.
#pragma once
#include <fmt/core.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <krait/core/error.hpp>
#include <krait/run/options.hpp>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace krait::program {

/// What a command line asks for: options, or a text to print (of --help or --about) and nothing to run.
struct request {
  program::options options;
  std::string text = {};
};

namespace detail {

/// A whole number from low to high and nothing else.
template <class Number> CLI::Validator whole_number(Number low, Number high) {
  auto check = [=](std::string& text) {
    Number value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = failure == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
    return good ? std::string{} : fmt::format("must be a whole number from {} to {}, not '{}'", low, high, text);
  };
  return CLI::Validator(check, {}, "whole_number");
}

inline CLI::Validator one_of(std::string first, std::string second) {
  auto check = [=](std::string& text) {
    return text == first || text == second ? std::string{}
                                           : fmt::format("must be {} or {}, not '{}'", first, second, text);
  };
  return CLI::Validator(check, {}, "one_of");
}

inline void require_directory(const std::filesystem::path& data, std::string_view from) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(data, ignored))
    throw option_error(
        fmt::format("{} names '{}', which is not a readable folder: give the folder with the study's data, "
                    "or leave it out for the data that come with krait",
                    from, data.string()));
}

inline void require_file(const std::filesystem::path& file, std::string_view from) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    throw option_error(
        fmt::format("{} names '{}', which is not a readable file: give a safetensors file, such as one in the "
                    "checkpoint folder of another run",
                    from, file.string()));
}

/// NAME=VALUE, of the study's own settings. `option`: where it was given.
inline void read_setting(const std::string& text, const about& study, options& into, const char* option = "--set") {
  const auto equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const auto known = std::ranges::find(study.settings, name, &setting_option::name);
  if (known == study.settings.end()) {
    std::string names;
    for (const auto& one : study.settings) names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
    throw option_error(fmt::format(
        "{} has no setting '{}' for {}: {}; what else a study is made of, such as shapes, is compiled: change its "
        "program for that",
        study.name, name, option, names.empty() ? "it has none at all" : "its settings are " + names));
  }
  double value = 0;
  const char *begin = text.data() + std::min(equals, text.size() - 1) + 1, *whole = text.data() + text.size();
  const auto [end, failure] = std::from_chars(begin, whole, value);
  if (equals == text.npos || failure != std::errc{} || end != whole || !(value >= known->least) ||
      !(value <= known->greatest) || (known->whole && value != std::round(value)))
    throw option_error(fmt::format("{} {}: must be {}= and a {} from {:g} to {:g}", option, text, name,
                                   known->whole ? "whole number" : "number", known->least, known->greatest));
  if (into.set.contains(name))
    throw option_error(fmt::format("{} gives {} twice: leave one of them out", option, name));
  into.set[name] = value;
}

/// NAME=VALUE, or several of them with commas between.
inline void read_settings(std::string_view text, const about& study, options& into) {
  for (std::size_t comma; (comma = text.find(',')) != text.npos; text.remove_prefix(comma + 1))
    read_setting(std::string(text.substr(0, comma)), study, into);
  read_setting(std::string(text), study, into);
}

/// NAME=VALUE,VALUE,...
inline void read_grid(const std::string& text, const about& study, options& into) {
  const auto equals = std::min(text.find('='), text.size());
  into.grid = text.substr(0, equals);
  for (std::size_t at = equals; at < text.size();) {
    const std::size_t end = std::min(text.find(',', at + 1), text.size());
    options one;
    read_setting(into.grid + "=" + text.substr(at + 1, end - at - 1), study, one, "--grid");
    into.grid_values.push_back(one.set[into.grid]);
    at = end;
  }
  if (into.grid_values.empty()) read_setting(into.grid, study, into, "--grid");  // says what is wrong
  if (into.set.contains(into.grid))
    throw option_error(fmt::format("--set and --grid both give {}: leave it out of one of them", into.grid));
  auto sorted = into.grid_values;
  std::ranges::sort(sorted);
  if (sorted.size() < 2 || std::ranges::adjacent_find(sorted) != sorted.end())
    throw option_error(
        fmt::format("--grid {}: give two or more values, each once (for a single one: --set NAME=VALUE)", text));
}

}  // namespace detail

/// Reads a command line. Throws option_error with one sentence. `defaults` are the study's.
inline request read_options(int argc, const char* const* argv, const about& study, options defaults = {}) {
  options o = std::move(defaults);
  o.version = study.version;
  if (o.out.empty()) o.out = std::filesystem::path("out") / study.name;
  std::string out = o.out.string(), data, weights, scale_name = name_of(study.scale), device = name_of(o.device);
  std::vector<std::string> settings;
  std::string pretrained, grid;
  bool tell = false;

  CLI::App app(fmt::format("{}\n{}\nTakes {}.", study.name, study.question, study.duration), study.name);
  app.option_defaults()->always_capture_default();
  app.get_formatter()->column_width(28);
  const auto add = [&](const char* name, auto& value, const char* unit, const char* text, CLI::Validator check) {
    app.add_option(name, value, text)->option_text(fmt::format("{} [{}]", unit, value))->check(check);
  };
  add("--steps", o.steps, "STEPS", "optimiser steps a phase; 0 takes the study's own",
      detail::whole_number(0L, 1'000'000'000L));
  add("--seed", o.seed, "NUMBER", "the first seed", detail::whole_number(std::uint64_t{0}, ~std::uint64_t{0} - 10'000));
  add("--seeds", o.seeds, "COUNT", "repetitions, each with the next seed", detail::whole_number(1, 10'000));
  add("--threads", o.threads, "COUNT", "threads; 0 takes one a core; the result is the same for any number",
      detail::whole_number(0, 4096));
  app.add_option("--out", out,
                 "where the results go; an earlier result there is replaced at the end; with --quick in out/quick")
      ->option_text(fmt::format("FOLDER [{}]", out));
  app.add_flag("--resume", o.resume, "go on with a run that was cut short; a finished one is drawn again");
  app.add_flag("--restart", o.restart, "begin anew where a run was cut short");
  app.add_flag("--report", o.redraw, "draw the page of the finished run in --out again, without training");
  app.add_option("--data", data, "the study's own data; else KRAIT_DATA, else the data that come with krait")
      ->option_text("FOLDER");
  app.add_option("--weights", weights, "a safetensors file whose weights the training starts from")
      ->option_text("FILE");
  app.add_option("--pretrained", pretrained, "where pretrained weights are kept and looked for; else beside --out")
      ->option_text("FOLDER");
  app.add_option("--set", settings,
                 "a setting of the study's own, or several with commas between; its --help ends with them")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->option_text("NAME=VALUE");
  app.add_option("--grid", grid, "a setting at several values in turn, in one run and on one page")
      ->option_text("NAME=VALUES");
  app.add_flag("--quick", o.quick, "cut the counts so that all of it runs in seconds; the numbers then mean little");
  add("--scale", scale_name, "desk|paper", "shapes: desk trains on two cores, paper has the published sizes",
      detail::one_of("desk", "paper"));
  add("--device", device, "cpu|cuda", "where to train", detail::one_of("cpu", "cuda"));
  app.add_flag("--about", tell, "print name, question and duration, separated by tabs");
  app.set_help_flag("-h,--help", "print this and end");
  if (!study.settings.empty()) {
    std::string footer = "Settings of its own, for --set and --grid:";
    for (const auto& one : study.settings)
      footer += fmt::format("\n  {:<26}{} [{:g}]", one.name, one.text, one.otherwise);
    app.footer(footer);
  }

  try {
    std::vector<std::string> words(argv + 1, argv + argc);
    std::vector<std::string> reversed(words.rbegin(), words.rend());  // the order that CLI11 takes
    app.parse(std::move(reversed));
  } catch (const CLI::CallForHelp&) {
    return {o, app.help()};
  } catch (const CLI::ExtrasError&) {
    throw option_error(
        fmt::format("{} does not know '{}': --help lists its options", study.name, app.remaining().front()));
  } catch (const CLI::ParseError& e) {
    throw option_error(fmt::format("{}: {}; --help lists the options", study.name, e.what()));
  }
  if (tell) return {o, fmt::format("{}\t{}\t{}\n", study.name, study.question, study.duration)};

  if (o.resume + o.restart + o.redraw > 1)
    throw option_error("--resume, --restart and --report exclude each other: give one of them");
  if (o.redraw)
    for (const char* of_training : {"--steps", "--seed", "--seeds", "--set", "--grid", "--quick", "--weights"})
      if (app.count(of_training) > 0)
        throw option_error(
            fmt::format("--report draws a finished run again and trains nothing: leave out {}", of_training));
  o.out = out;
  // A look in seconds does not replace the result of hours.
  if (o.quick && app.count("--out") == 0) o.out = std::filesystem::path("out/quick") / study.name;
  if (out.empty()) throw option_error("--out is empty: name a folder for the results");
  if (!data.empty()) {
    detail::require_directory(o.data = data, "--data");
  } else if (const char* from_environment = std::getenv("KRAIT_DATA"); from_environment && *from_environment) {
    detail::require_directory(o.data = from_environment, "KRAIT_DATA");
  }
  if (app.count("--weights") > 0) {
    detail::require_file(o.weights = weights, "--weights");
    if (!study.from_weights)
      throw option_error("this study's trainings start from their own initialisation: leave out --weights");
  }
  if (app.count("--pretrained") > 0) {
    if (pretrained.empty()) throw option_error("--pretrained is empty: name a folder for the pretrained weights");
    if (!study.pretrains) throw option_error("this study pretrains nothing: leave out --pretrained");
    o.pretrained = pretrained;
  }
  for (const auto& one : settings) detail::read_settings(one, study, o);
  if (app.count("--grid") > 0) detail::read_grid(grid, study, o);
  if (scale_name != name_of(study.scale))
    throw option_error(
        fmt::format("this program was built at {0} scale: `examples/run {1} --scale {2}` builds and runs the "
                    "other",
                    name_of(study.scale), study.name, scale_name));
  o.device = device == "cuda" ? device_kind::cuda : device_kind::cpu;
  if (o.device == device_kind::cuda && !with_cuda)
    throw device_error(
        "--device cuda needs a build with a CUDA toolkit (cmake --preset cuda) and an NVIDIA GPU, and this "
        "program has none: build it so, or take --device cpu");
  if (o.device == device_kind::cuda && !study.on_device)
    throw device_error("this study trains on the CPU alone: take --device cpu");
  return {o, {}};
}

/// The same for main: prints what --help and --about ask for, and ends the program then.
inline options parse_options(int argc, const char* const* argv, const about& study, options defaults = {}) {
  request asked = read_options(argc, argv, study, std::move(defaults));
  if (asked.text.empty()) return std::move(asked.options);
  std::fputs(asked.text.c_str(), stdout);
  std::exit(std::fflush(stdout) == 0 ? 0 : 1);
}

}  // namespace krait::program
