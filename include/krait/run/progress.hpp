// krait/run/progress.hpp: how far a run is: one line that updates itself on a terminal, else a plain line every
// ten seconds.
#pragma once
#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace krait::program {

/// One for a whole run, used from one thread:
///
///   progress shown(phases * steps, "tokens");
///   shown.stage("mamba        charflip  seed 1/3  phase 2/3 noisy", steps);
///   shown.update(loss, tokens_in_this_step);   // once a step
///   shown.finish();
///
/// The bar, the percentage and the time left speak of the whole run; step, loss and speed of the stage. update()
/// allocates nothing.
class progress {
 public:
  using clock = std::chrono::steady_clock;
  /// Seconds after which it tells what the run will take. Tests are less patient.
  static inline double patience = 3;

  /// `steps`: of the whole run, 0 if unknown (then of each stage). `unit`: what update() counts, "tokens" or "prompts".
  explicit progress(long steps, std::string unit = "tokens", std::FILE* to = stderr)
      : whole_(steps),
        unit_(std::move(unit)),
        to_(to),
        live_(is_live(to)),
        coloured_(live_ && !std::getenv("NO_COLOR")) {
    start_ = stage_start_ = printed_ = clock::now();
  }
  ~progress() { finish(); }
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// A part of the run with its own label and number of steps. `done`: steps of it that a resumed run need not repeat.
  void stage(std::string label, long steps, long done = 0) {
    label_ = prefix_ + label;
    stage_steps_ = steps, stage_done_ = done;
    units_ = 0, stage_start_ = clock::now();
    if (whole_ == 0) done_ = 0, skipped_ = 0, start_ = stage_start_;
    done_ += done, skipped_ += done;
    if (live_) show(stage_start_);
  }

  /// One step is done. `units`: tokens or prompts in it.
  void update(double loss, long units) {
    ++done_, ++stage_done_;
    units_ += units, all_units_ += units, loss_ = loss;
    const auto now = clock::now();
    if (!expected_) expect(now);
    if (now - printed_ >= (live_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10'000))) show(now);
  }

  /// Tokens or prompts of all steps so far.
  long units() const { return all_units_; }

  /// What stands before the labels of the stages that follow.
  void within(std::string prefix) { prefix_ = std::move(prefix); }

  /// Called once with the time that the run will take from now on, as the first seconds let expect it.
  void when_known(std::function<void(double seconds)> tell) { tell_ = std::move(tell), expected_ = !tell_; }

  /// A line that stays, above the live one.
  void print(std::string_view line) {
    erase();
    std::fprintf(to_, "%.*s\n", int(line.size()), line.data());
    std::fflush(to_);
  }

  /// Takes the live line away; it comes again with the next step.
  void clear() { erase(); }
  void finish() { erase(); }

 private:
  /// As soon as some steps and some seconds are through: the first step is slower than those that follow.
  void expect(clock::time_point now) {
    const long fresh = done_ - skipped_, left = whole_ - done_;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    if (fresh < 3 || seconds < patience || left < 1) return;
    expected_ = true;
    erase();
    tell_(seconds / static_cast<double>(fresh) * static_cast<double>(left));
  }

  static bool is_live(std::FILE* to) {
    const char* terminal = std::getenv("TERM");
    return ::isatty(fileno(to)) && terminal && std::string_view(terminal) != "dumb";
  }

  void erase() {
    if (!shown_) return;
    std::fputs("\r\033[K", to_);
    std::fflush(to_);
    shown_ = false;
  }

  /// A line of a fixed size, cut between characters.
  struct line {
    std::array<char, 1024> bytes;
    std::size_t size = 0, columns = 0;
    void add(std::string_view text, std::size_t most_columns) {
      for (std::size_t i = 0; i < text.size();) {
        std::size_t next = i + 1;
        while (next < text.size() && (text[next] & 0xC0) == 0x80) ++next;
        if (columns == most_columns || size + (next - i) > bytes.size()) return;
        while (i < next) bytes[size++] = text[i++];
        ++columns;
      }
    }
    void raw(std::string_view text) {
      for (const char c : text)
        if (size < bytes.size()) bytes[size++] = c;
    }
  };

  /// 9310 -> "9,310"
  static std::string_view grouped(double value, std::array<char, 32>& room) {
    std::array<char, 24> plain;
    const auto end = fmt::format_to_n(plain.data(), plain.size(), "{:.0f}", std::clamp(value, 0.0, 1e15)).out;
    const auto digits = std::size_t(end - plain.data());
    std::size_t size = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i > 0 && (digits - i) % 3 == 0) room[size++] = ',';
      room[size++] = plain[i];
    }
    return {room.data(), size};
  }

  template <class... Arguments>
  static void put(line& l, std::size_t width, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
    std::array<char, 160> room;
    const auto put = fmt::format_to_n(room.data(), room.size(), text, std::forward<Arguments>(arguments)...);
    l.add({room.data(), std::min(put.size, room.size())}, width);
  }

  void show(clock::time_point now) {
    winsize window{};
    std::size_t width = 1000;
    if (live_) width = ::ioctl(fileno(to_), TIOCGWINSZ, &window) == 0 && window.ws_col > 1 ? window.ws_col - 1u : 79u;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const double in_stage = std::chrono::duration<double>(now - stage_start_).count();
    const long total = whole_ > 0 ? whole_ : stage_steps_, fresh = done_ - skipped_;
    const double share = total > 0 ? std::min(1.0, double(done_) / double(total)) : 0;

    line tail, step;  // made first: on a narrow terminal step and bar give way, then the end of the label
    put(tail, width, "{:.0f} %", std::floor(share * 100));
    if (fresh > 0 && seconds > 0) {
      std::array<char, 32> room;
      put(tail, width, "  loss {:.3g}", loss_);
      if (units_ > 0 && in_stage > 0) put(tail, width, "  {} {}/s", grouped(double(units_) / in_stage, room), unit_);
      const long left = std::lround(seconds / double(fresh) * double(std::max(0L, total - done_)));
      if (left < 3600)
        put(tail, width, "  {}:{:02} left", left / 60, left % 60);
      else
        put(tail, width, "  {}:{:02}:{:02} left", left / 3600, left / 60 % 60, left % 60);
    }
    put(step, width, "  step {}/{}", stage_done_, stage_steps_);

    line l;
    const std::size_t room = width - std::min(width, tail.columns + 2);
    l.add(label_, room);
    if (l.columns + step.columns <= room) l.add({step.bytes.data(), step.size}, room);
    l.add("  ", width);
    const long bar = std::min(14L, long(width) - long(l.columns + tail.columns) - 1);
    if (live_ && bar >= 5) {
      const long filled = std::lround(share * double(bar));
      if (coloured_) l.raw("\033[36m");
      for (long i = 0; i < filled; ++i) l.add("━", width);
      if (coloured_) l.raw("\033[0m\033[2m");
      for (long i = filled; i < bar; ++i) l.add("─", width);
      if (coloured_) l.raw("\033[0m");
      l.add(" ", width);
    }
    l.add({tail.bytes.data(), tail.size}, width);
    if (live_) std::fputs("\r", to_);
    std::fwrite(l.bytes.data(), 1, l.size, to_);
    std::fputs(live_ ? "\033[K" : "\n", to_);
    std::fflush(to_);
    shown_ = live_;
    printed_ = now;
  }

  long whole_, done_ = 0, skipped_ = 0, stage_steps_ = 0, stage_done_ = 0, units_ = 0, all_units_ = 0;
  double loss_ = 0;
  std::string unit_, label_, prefix_;
  std::FILE* to_;
  bool live_, coloured_, shown_ = false, expected_ = true;
  std::function<void(double)> tell_;
  clock::time_point start_, stage_start_, printed_;
};

}  // namespace krait::program
