// tests/program/progress.cpp: one live line on a terminal, few plain lines without one, no allocation in a step.
#define BOOST_TEST_MODULE program_progress
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <cstdlib>
#include <krait/core/error.hpp>
#include <krait/run/progress.hpp>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "../scratch_folder.hpp"

namespace {
std::atomic<long> allocations{0};
}  // namespace

// Where g++ inlines one of these and not the other, it takes them for a mismatch.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size ? size : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

using krait::program::progress;
using krait::testing::contains;

namespace {

struct to_file {
  std::FILE* file = std::tmpfile();
  ~to_file() { std::fclose(file); }
  std::string text() {
    std::rewind(file);
    std::string all;
    for (int c; (c = std::fgetc(file)) != EOF;) all += char(c);
    return all;
  }
};

/// Both ends of a terminal of a given width.
struct terminal {
  explicit terminal(unsigned short columns) {
    ::setenv("TERM", "xterm", 1);
    ::setenv("NO_COLOR", "1", 1);
    near = ::posix_openpt(O_RDWR | O_NOCTTY);
    ::grantpt(near), ::unlockpt(near);
    file = std::fopen(::ptsname(near), "r+");
    winsize size{};
    size.ws_row = 24, size.ws_col = columns;
    ::ioctl(near, TIOCSWINSZ, &size);
  }
  ~terminal() { std::fclose(file), ::close(near); }
  std::string text() {
    std::string all;
    char part[512];
    for (pollfd ready{near, POLLIN, 0}; ::poll(&ready, 1, 20) > 0 && ready.revents & POLLIN;) {
      const ssize_t count = ::read(near, part, sizeof part);
      if (count <= 0) break;
      all.append(part, std::size_t(count));
    }
    return all;
  }
  int near;
  std::FILE* file;
};

long count_of(const std::string& text, char c) { return std::count(text.begin(), text.end(), c); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_log_hears_nothing_of_a_short_run) {
  to_file log;
  {
    progress shown(1000, "tokens", log.file);
    shown.stage("mamba", 1000);
    for (int i = 0; i < 1000; ++i) shown.update(0.5, 64);
  }
  BOOST_TEST(log.text().empty());
}

BOOST_AUTO_TEST_CASE(lines_that_stay_are_plain_in_a_log) {
  to_file log;
  {
    progress shown(10, "tokens", log.file);
    shown.print("checkpoint written");
  }
  BOOST_TEST(log.text() == "checkpoint written\n");
}

BOOST_AUTO_TEST_CASE(a_terminal_has_one_line_of_its_width) {
  terminal screen(140);
  {
    progress shown(200, "tokens", screen.file);
    shown.stage("mamba        charflip  seed 1/3  phase 2/3 noisy", 100);
    for (int i = 0; i < 50; ++i) shown.update(0.2143, 1000);
    ::usleep(120'000);
    shown.update(0.2143, 1000);
  }
  const std::string text = screen.text();
  BOOST_TEST(count_of(text, '\n') == 0);
  for (const char* part : {"phase 2/3 noisy", "step 51/100", "━━━━", "25 %", "loss 0.214", "tokens/s", "left"})
    BOOST_TEST(contains(text, part), part << " in " << text);
  BOOST_TEST(text.substr(text.size() - 4) == "\r\033[K");  // the line is taken away at the end
}

BOOST_AUTO_TEST_CASE(on_eighty_columns_the_time_left_is_there) {
  terminal screen(80);
  progress shown(200, "tokens", screen.file);
  shown.stage("mamba        charflip  seed 1/3  phase 2/3 noisy", 100);
  ::usleep(120'000);
  shown.update(0.2143, 1000);
  const std::string text = screen.text();
  BOOST_TEST(contains(text, "mamba        charflip"));
  BOOST_TEST(contains(text, " left"));
}

BOOST_AUTO_TEST_CASE(a_narrow_terminal_cuts_between_characters) {
  terminal screen(20);
  progress shown(100, "tokens", screen.file);
  shown.stage("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ", 100);
  std::string line = screen.text();
  line = line.substr(1, line.find("\033[K") - 1);
  BOOST_TEST(line == "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄ  0 %");
}

BOOST_AUTO_TEST_CASE(a_terminal_is_written_to_ten_times_a_second_at_most) {
  terminal screen(120);
  progress shown(0, "prompts", screen.file);
  shown.stage("transformer", 1'000'000);
  const auto start = progress::clock::now();
  while (progress::clock::now() - start < std::chrono::milliseconds(450)) shown.update(1, 1);
  BOOST_TEST(count_of(screen.text(), '\r') <= 6);
}

BOOST_AUTO_TEST_CASE(a_resumed_stage_counts_only_new_steps_for_the_time_left) {
  terminal screen(160);
  progress shown(1000, "tokens", screen.file);
  shown.stage("mamba", 1000, 900);
  ::usleep(110'000);
  shown.update(1, 1);
  const std::string text = screen.text();
  BOOST_TEST(contains(text, "step 901/1000"));
  BOOST_TEST(contains(text, "90 %"));
  BOOST_TEST(contains(text, "0:1"));  // 99 steps of 0.11 s
}

// Once, of what is left, and not before the pace is known.
BOOST_AUTO_TEST_CASE(the_expected_time_is_told_once) {
  const double before = std::exchange(progress::patience, .05);
  to_file log;
  std::vector<double> told;
  {
    progress shown(1000, "tokens", log.file);
    shown.when_known([&](double seconds) { told.push_back(seconds); });
    shown.stage("mamba", 1000, 900);
    for (int i = 0; i < 2; ++i) shown.update(1, 1);
    ::usleep(60'000);
    BOOST_TEST(told.empty());  // two steps are no pace
    for (int i = 0; i < 50; ++i) shown.update(1, 1);
  }
  progress::patience = before;
  BOOST_REQUIRE(told.size() == 1u);
  BOOST_TEST(told[0] >= 97 * .06 / 3);
  BOOST_TEST(told[0] < 97 * 3);
}

BOOST_AUTO_TEST_CASE(a_step_allocates_nothing) {
  to_file log;
  terminal screen(120);
  for (std::FILE* to : {log.file, screen.file}) {
    progress shown(100'000, "tokens", to);
    shown.stage("mamba", 100'000);
    ::usleep(110'000);
    shown.update(1, 1);  // the stream's own buffer
    const long before = allocations;
    for (int i = 0; i < 90'000; ++i) shown.update(0.1, 5000);
    ::usleep(110'000);
    shown.update(0.1, 5000);
    const long after = allocations;
    BOOST_TEST(after == before);
  }
}
