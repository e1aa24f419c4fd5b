// tests/experiment/whole_run.hpp: what every study must stand: other threads, kills at counted moments and at any, and
// a page drawn again, all of which leave what an uninterrupted run leaves.
#pragma once
#include <chrono>

#include "study_process.hpp"

namespace krait::testing {

/// Study: small. lives: calls of count_down() after which it dies, in turn.
template <class Study> struct whole_run {
  std::vector<long> lives;
  int least_kills;
  std::vector<std::string> extra = {};

  std::vector<std::string> options(const char* threads, const std::filesystem::path& out) const {
    std::vector<std::string> all{"--seeds", "2", "--threads", threads, "--out", out.string()};
    all.insert(all.end(), extra.begin(), extra.end());
    return all;
  }

  /// One uninterrupted run on two threads, for all tests of a program.
  const std::filesystem::path& uninterrupted() const {
    static scratch_folder here;
    static const std::filesystem::path out = [&] {
      const outcome o = run_study<Study>(here.path, options("2", here / "out"));
      BOOST_TEST(o.code() == 0, o.err);
      BOOST_TEST(o.err == "");  // no terminal, and no time for a line
      BOOST_TEST(contains(o.out, "report      " + (here / "out/index.html").string()));
      BOOST_TEST(!std::filesystem::exists(here / "out.partial"));
      return here / "out";
    }();
    return out;
  }

  void same_for_one_thread() const {
    scratch_folder here;
    const outcome o = run_study<Study>(here.path, options("1", here / "out"));
    BOOST_TEST(o.code() == 0, o.err);
    same_results(uninterrupted(), here / "out");
  }

  void same_after_kills() const {
    scratch_folder here;
    const int kills = die_and_resume<Study>(here.path, options("2", here / "out"), lives, 200);
    BOOST_TEST(kills >= least_kills);
    same_results(uninterrupted(), here / "out");
    BOOST_TEST(!std::filesystem::exists(here / "out.partial"));
  }

  void same_after_kills_at_any_moment() const {
    scratch_folder here;
    const auto start = std::chrono::steady_clock::now();
    BOOST_TEST(run_study<Study>(here.path, options("1", here / "timed/out")).code() == 0);
    const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - start;
    auto words = options("1", here / "out");
    int kills = 0;
    for (const double share : {.15, .3, .22, .4}) {
      const outcome o = run_study<Study>(
          here.path, words, {.hurry = true, .die_after_us = static_cast<long>(share * 1e6 * whole.count())});
      BOOST_TEST((o.killed() || o.code() == 0), o.err);
      if (kills == 0 && o.killed()) words.push_back("--resume");
      kills += o.killed();
      if (!o.killed()) break;
    }
    BOOST_TEST(kills >= 1);
    const outcome last = run_study<Study>(here.path, words);
    BOOST_TEST(last.code() == 0, last.err);
    same_results(uninterrupted(), here / "out");
  }

  /// The page is made of the record alone: with --report everything is written again as it was.
  void same_when_drawn_again() const {
    scratch_folder here;
    const auto copy = here / "out";
    std::filesystem::copy(uninterrupted(), copy, std::filesystem::copy_options::recursive);
    const auto before = contents_of(copy);
    for (const auto& name : files_in(copy))
      if (name.ends_with(".svg") || name == "index.html") std::filesystem::remove(copy / name);
    const outcome o = run_study<Study>(here.path, {"--report", "--out", copy.string()});
    BOOST_TEST(o.code() == 0, o.err);
    const auto after = contents_of(copy);
    BOOST_TEST(after.size() == before.size());
    for (const auto& [name, text] : before)
      BOOST_TEST((after.contains(name) && after.at(name) == text), name << " differs");
  }
};

}  // namespace krait::testing
