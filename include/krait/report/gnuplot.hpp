// krait/report/gnuplot.hpp: runs gnuplot on a script and gives back what it draws.
#pragma once
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <krait/core/error.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace krait::report {

namespace detail {

/// A nameless file, so that neither side waits for the other as with pipes.
class scratch {
 public:
  scratch() : file_(std::tmpfile()) {
    if (!file_)
      throw file_error(
          fmt::format("cannot make a file in the folder for temporary files to draw a plot: {}; free some space "
                      "there",
                      std::generic_category().message(errno)));
  }
  ~scratch() { std::fclose(file_); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  int handle() const { return fileno(file_); }
  void fill(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0)
      throw file_error(
          fmt::format("cannot write the script of a plot: {}; free some space in the folder for temporary files",
                      std::generic_category().message(errno)));
    std::rewind(file_);
  }
  std::string text() {
    std::rewind(file_);
    std::string all;
    char part[4096];
    while (const std::size_t count = std::fread(part, 1, sizeof part, file_)) all.append(part, count);
    return all;
  }

 private:
  std::FILE* file_;
};

/// White space at most one space wide, and no more than fits into a sentence.
inline std::string in_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line.substr(0, 400);
}

}  // namespace detail

/// What gnuplot prints for a script. Throws file_error when gnuplot is missing, krait::error when it fails or warns:
/// it ends with 0 after it has left out what it could not draw.
inline std::string gnuplot(std::string_view script) {
  detail::scratch in, out, complaints;
  in.fill(script);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in.handle(), 0);
  posix_spawn_file_actions_adddup2(&files, out.handle(), 1);
  posix_spawn_file_actions_adddup2(&files, complaints.handle(), 2);
  char program[] = "gnuplot", no_start_file[] = "-d", from_input[] = "-";
  char* const words[] = {program, no_start_file, from_input, nullptr};
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, program, &files, nullptr, words, environ);
  posix_spawn_file_actions_destroy(&files);
  if (failure != 0)
    throw file_error(
        fmt::format("cannot draw plots, because gnuplot does not start ({}): install it with `apt-get install "
                    "gnuplot-nox`, and run again with --resume",
                    std::generic_category().message(failure)));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  const std::string why = detail::in_one_line(complaints.text());
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw error(
        fmt::format("gnuplot failed to draw a plot ({}): install a newer gnuplot-nox (5.2 or later), and run again "
                    "with --resume",
                    why));
  if (!why.empty())
    throw error(
        fmt::format("gnuplot warned while it drew a plot ({}), so the plot may lack something: correct the study that "
                    "fills it or its plot, and run again with --resume",
                    why));
  return out.text();
}

/// Call before hours of training: throws now what the report would throw at the end.
inline void require_gnuplot() { gnuplot("set terminal svg\n"); }

}  // namespace krait::report
