// benchmarks/arguments.hpp: the command line of a benchmark program.
#pragma once
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <cstdlib>

/// Reads it into what `app` was given. --help ends the program with 0, a mistake with one sentence and 2.
inline void read_arguments(CLI::App& app, int argc, const char* const* argv) {
  app.set_help_flag("-h,--help", "print this and end");
  const auto fail = [&](const std::string& mistake) {
    std::fprintf(stderr, "%s: %s; --help lists the options\n", app.get_name().c_str(), mistake.c_str());
    std::exit(2);
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::fputs(app.help().c_str(), stdout);
    std::exit(0);
  } catch (const CLI::ExtrasError&) {
    fail("does not know '" + app.remaining().front() + "'");
  } catch (const CLI::ParseError& mistake) {
    fail(mistake.what());
  }
}
