// tests/program/folder.cpp: a folder of results is whole or it is the one before: kills, full disks,
// strangers.
#define BOOST_TEST_MODULE program_result_folder
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/run/folder.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"

using namespace krait;
using namespace krait::program;
using namespace krait::report;
using krait::testing::contains;
using krait::testing::in_child;
using krait::testing::scratch_folder;
using krait::testing::sentence_of;
using krait::testing::text_of;
namespace fs = std::filesystem;

namespace {

const std::vector<setting> settings = {{"format", std::int64_t{2}},
                                       {"experiment", std::string("noise/three_phase")},
                                       {"steps", std::int64_t{150}},
                                       {"lr", 3e-3}};

/// A finished run whose result.json holds `text`.
void finish(const fs::path& out, const std::string& text, beginning how = beginning::fresh) {
  result_folder folder(out, settings, how);
  folder.write("result.json", text);
  folder.commit();
}
/// As a run writes it, with something in it.
std::string result_with(const std::string& text) { return R"({"experiment": "x", "text": ")" + text + "\"}"; }

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_leaves_its_files_and_nothing_of_its_own) {
  scratch_folder here;
  {
    result_folder folder(here / "a/b/", settings, beginning::fresh);
    folder.write("result.json", "{}");
    write_file(folder.state_dir() / "step", "7");
    write_file(folder.checkpoint_dir() / "model.safetensors", "weights");
    BOOST_TEST(!fs::exists(here / "a/b"));
    folder.commit();
  }
  BOOST_TEST(names_in(here / "a/b") == (std::vector<std::string>{"checkpoint", "made_with.json", "result.json"}),
             boost::test_tools::per_element());
  BOOST_TEST(names_in(here / "a") == (std::vector<std::string>{"b"}), boost::test_tools::per_element());
  BOOST_TEST(text_of(here / "a/b/checkpoint/model.safetensors") == "weights");
}

BOOST_AUTO_TEST_CASE(a_second_run_replaces_the_first_at_its_end) {
  scratch_folder here;
  finish(here / "out", "first");
  result_folder folder(here / "out", settings, beginning::fresh);
  folder.write("result.json", "second");
  BOOST_TEST(text_of(here / "out/result.json") == "first");
  folder.commit();
  BOOST_TEST(text_of(here / "out/result.json") == "second");
  BOOST_TEST(!fs::exists(here / "out.partial"));
}

BOOST_AUTO_TEST_CASE(a_kill_leaves_the_earlier_results_and_a_run_to_resume) {
  scratch_folder here;
  finish(here / "out", "first");
  const int status = in_child([&] {
    result_folder folder(here / "out", settings, beginning::fresh);
    write_file(folder.state_dir() / "step", "7");
    atomic_file half(folder.partial() / "result.json");
    half.write("sec");
    ::kill(::getpid(), SIGKILL);
  });
  BOOST_TEST(WIFSIGNALED(status));
  BOOST_TEST(text_of(here / "out/result.json") == "first");
  BOOST_TEST(!fs::exists(here / "out.partial/result.json"));  // no half file under a real name
  {
    result_folder folder(here / "out", settings, beginning::resume);
    BOOST_TEST(folder.resumed());
    BOOST_TEST(text_of(folder.state_dir() / "step") == "7");
    folder.write("result.json", "second");
    folder.commit();
  }
  BOOST_TEST(text_of(here / "out/result.json") == "second");
  BOOST_TEST(names_in(here / "out") == (std::vector<std::string>{"checkpoint", "made_with.json", "result.json"}),
             boost::test_tools::per_element());
}

// The time of a run is that of all its parts, each up to its last file.
BOOST_AUTO_TEST_CASE(the_time_of_the_parts_is_kept) {
  scratch_folder here;
  const auto after = [](int seconds) { return fs::file_time_type::clock::now() + std::chrono::seconds(seconds); };
  const auto part = [&](beginning how, int seconds) {
    const result_folder folder(here / "out", settings, how);
    write_file(folder.state_dir() / "log.jsonl", "x");
    fs::last_write_time(folder.state_dir() / "log.jsonl", after(seconds));
    return folder.seconds_before();
  };
  BOOST_TEST(part(beginning::fresh, 100) == 0);
  const double first = part(beginning::resume, 50);
  BOOST_TEST(std::abs(first - 100) < 5);
  BOOST_TEST(std::abs(part(beginning::resume, 0) - first - 50) < 5);
  BOOST_TEST(part(beginning::restart, 0) == 0);
}

// The shell would be left in a folder that is no more.
BOOST_AUTO_TEST_CASE(a_folder_that_one_stands_in_is_refused) {
  scratch_folder here;
  fs::create_directories(here / "a/b");
  const fs::path before = fs::current_path();
  fs::current_path(here / "a/b");
  const auto said = [](const char* out) {
    return sentence_of<option_error>([&] { result_folder(out, settings, beginning::fresh); });
  };
  for (const char* out : {".", "./", "../b", "x/.."})
    BOOST_TEST(contains(said(out), "a/b, the folder that you are in, whose place the results would take"), out);
  for (const char* out : {"..", "../..", "../../a/"})
    BOOST_TEST(contains(said(out), "a folder above the one that you are in"), out);
  BOOST_TEST(contains(said("/"), "--out names the root folder"));
  BOOST_CHECK_NO_THROW(result_folder("../c", settings, beginning::fresh));
  fs::current_path(before);
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_moment_leaves_a_whole_folder) {
  scratch_folder here;
  const std::string first = result_with("0"), other = result_with(std::string(5000, 'x'));
  finish(here / "out", first);
  const auto start = std::chrono::steady_clock::now();
  finish(here / "out", first, beginning::restart);
  const std::chrono::duration<double, std::micro> once = std::chrono::steady_clock::now() - start;
  bool replaced = false;
  for (int round = 1; round <= 25; ++round) {  // in the first, the second and the third folder
    const pid_t child = ::fork();
    if (child == 0) {
      for (int k = 0;; ++k) {
        result_folder folder(here / "out", settings, k % 2 == 1 ? beginning::resume : beginning::restart);
        folder.write("result.json", other);
        folder.commit();
      }
    }
    ::usleep(useconds_t(once.count() * round / 10));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_TEST((WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
    const std::string text = text_of(here / "out/result.json");
    BOOST_TEST((text == first || text == other));
    replaced = replaced || text == other;
  }
  BOOST_TEST(replaced);  // else the kills have met nothing
  finish(here / "out", "last", beginning::restart);
  BOOST_TEST(text_of(here / "out/result.json") == "last");
  BOOST_TEST(names_in(here.path) == (std::vector<std::string>{"out"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_the_same_run_resumes) {
  scratch_folder here;
  { result_folder cut(here / "out", settings, beginning::fresh); }
  std::vector<setting> others = settings;
  others[2].value = std::int64_t{300};
  const std::string text = sentence_of<option_error>([&] { result_folder(here / "out", others, beginning::resume); });
  BOOST_TEST(contains(text, "it was made with steps 150 and not 300"));
  BOOST_TEST(contains(text, "--restart to begin anew"));
  {
    result_folder same(here / "out", settings, beginning::resume);
    BOOST_TEST(same.resumed());
  }
  others[0].value = std::int64_t{3};
  BOOST_TEST(contains(sentence_of<option_error>([&] { result_folder(here / "out", others, beginning::resume); }),
                      "it was made with another version of krait, whose files this one does not read"));
  write_file(here / "out.partial/state/step", "7");
  const std::string remains = sentence_of<option_error>([&] { result_folder(here / "out", others, beginning::fresh); });
  BOOST_TEST(
      contains(remains, "out.partial holds a run that was cut short: give --resume to go on with it, or --restart"));
  {
    result_folder anew(here / "out", others, beginning::restart);
    BOOST_TEST(!fs::exists(anew.state_dir() / "step"));
  }
}

BOOST_AUTO_TEST_CASE(resume_without_a_run_starts_one) {
  scratch_folder here;
  result_folder folder(here / "out", settings, beginning::resume);
  BOOST_TEST(!folder.resumed());
}

BOOST_AUTO_TEST_CASE(two_runs_do_not_share_a_folder) {
  scratch_folder here;
  result_folder first(here / "out", settings, beginning::fresh);
  const std::string text = sentence_of<option_error>([&] { result_folder(here / "out", settings, beginning::resume); });
  BOOST_TEST(contains(text, "another run is writing"));
}

BOOST_AUTO_TEST_CASE(what_krait_did_not_make_is_left_alone) {
  scratch_folder here;
  fs::create_directory(here / "home");
  write_file(here / "home/thesis.tex", "years of work");
  write_file(here / "file", "text");
  // Nor what has files of such a name, or a run's files beside its own.
  fs::create_directory(here / "work");
  write_file(here / "work/settings.json", "{}");
  write_file(here / "work/thesis.tex", "years of work");
  fs::create_directory(here / "notes");
  write_file(here / "notes/result.json", result_with("0"));
  write_file(here / "notes/index.html", "");
  write_file(here / "notes/notes.txt", "what I thought");
  BOOST_TEST(contains(sentence_of<option_error>([&] { result_folder(here / "notes", settings, beginning::fresh); }),
                      "holds notes.txt, which no run has written"));
  for (const char* name : {"home", "file", "work"}) {
    const std::string text = sentence_of<option_error>([&] { result_folder(here / name, settings, beginning::fresh); });
    BOOST_TEST(contains(text, "not a folder of results"));
  }
  fs::rename(here / "home", here / "x.partial");
  BOOST_TEST(!sentence_of<option_error>([&] { result_folder(here / "x", settings, beginning::fresh); }).empty());
  BOOST_TEST(text_of(here / "x.partial/thesis.tex") == "years of work");
  BOOST_TEST(!sentence_of<option_error>([&] { result_folder("/", settings, beginning::fresh); }).empty());
}

BOOST_AUTO_TEST_CASE(an_unwritable_place_is_said_at_the_start) {
  const std::string text = sentence_of<file_error>([] { result_folder("/proc/no/out", settings, beginning::fresh); });
  BOOST_TEST(contains(text, "cannot write /proc/no/out.partial"));
  BOOST_TEST(contains(text, "choose another --out"));
}

BOOST_AUTO_TEST_CASE(a_read_only_folder_is_said_at_the_start) {
  if (::geteuid() == 0) return;  // root writes everywhere
  scratch_folder here;
  fs::permissions(here.path, fs::perms::owner_read | fs::perms::owner_exec);
  BOOST_TEST(contains(sentence_of<file_error>([&] { result_folder(here / "out", settings, beginning::fresh); }),
                      "Permission denied"));
  fs::permissions(here.path, fs::perms::owner_all);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_one_sentence) {
  const int full = ::open("/dev/full", O_WRONLY);
  BOOST_TEST_REQUIRE(full >= 0);
  const std::string text = sentence_of<file_error>([&] { krait::detail::write_all(full, "text", "out/x.csv"); });
  ::close(full);
  BOOST_TEST(text == "cannot write out/x.csv: No space left on device; free some space or choose another --out");
}

BOOST_AUTO_TEST_CASE(a_disk_that_fills_half_way_keeps_the_earlier_file) {
  scratch_folder here;
  write_file(here / "result.json", "first");
  const int status = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{8192, 8192};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const std::string text =
        sentence_of<file_error>([&] { write_file(here / "result.json", std::string(100'000, 'x')); });
    ::_exit(contains(text, "cannot write") && contains(text, "free some space") ? 7 : 8);
  });
  BOOST_TEST(WEXITSTATUS(status) == 7);
  BOOST_TEST(text_of(here / "result.json") == "first");
  BOOST_TEST(names_in(here.path) == (std::vector<std::string>{"result.json"}), boost::test_tools::per_element());
}
