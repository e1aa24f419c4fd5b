// tests/experiment/bad_input.cpp: whatever goes wrong in an experiment, there is one sentence on stderr, an exit code,
// and the earlier results as they were.
#define BOOST_TEST_MODULE experiment_bad_input
#include "study_process.hpp"
//
#include <sys/mount.h>

#include <krait/core/atomic_file.hpp>
#include <krait/data/facts.hpp>
#include <krait/data/safetensors.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/model/list.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/paper/noise.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Set by a test before it forks: when the learning rate goes astray.
struct astray {
  long step = -1, of = 0;
  double factor = 1;
} inline at;
struct erring_schedule {
  static double factor(long step, long steps) { return step == at.step && steps == at.of ? at.factor : 1; }
};

/// Pairs, or the facts of a folder where one is given.
struct pairs_or_facts {
  static constexpr std::string_view name = "pairs";
  static std::vector<data::question_answer> load(const std::filesystem::path& folder) {
    if (folder.empty()) return some_pairs(6);
    return data::facts<data::facts_config{.count = 6, .longest = 20}>::load(folder);
  }
};

/// Whether models must have learnt their pairs.
inline bool demanding = false;
/// The noise study's page, whose precondition counts only where it is demanded.
struct page {
  static studies::exhibits of(const studies::record& seen) {
    auto all = paper::learn_unlearn_retain::of(seen);
    for (auto& c : all.claims) c.precondition = c.precondition && demanding;
    return all;
  }
};
using study = experiment::three_phase<model::list<model::named<"transformer", tiny_transformer>>, pairs_or_facts,
                                      noise::list<noise::charflip<>>, brisk, erring_schedule, metric::list<mortal>,
                                      experiment::three_phase_config{.length = tiny_length,
                                                                     .batch = 6,
                                                                     .learn = 20,
                                                                     .noise = 15,
                                                                     .relearn = 10,
                                                                     .evaluate_every = 5,
                                                                     .learnt = 0.99},
                                      page>;

/// A folder with results of an earlier run, which every test leaves as they are.
struct earlier {
  scratch_folder here;
  std::filesystem::path out = here / "out", partial = here / "out.partial";
  std::map<std::string, std::string> before;
  earlier() {
    at = {}, demanding = false;
    const outcome o = run_study<study>(here.path, options({}));
    BOOST_REQUIRE(o.code() == 0);
    before = contents_of(out);
    BOOST_REQUIRE(before.contains("result.json"));
  }
  ~earlier() {
    BOOST_TEST((contents_of(out) == before));  // every test ends with this
    at = {}, demanding = false;
  }
  std::vector<std::string> options(std::vector<std::string> more) const {
    std::vector<std::string> all{"--seeds", "1", "--threads", "2", "--out", out.string()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  outcome run(std::vector<std::string> more, manner how = {}) const {
    return run_study<study>(here.path, options(std::move(more)), how);
  }
};

/// Exactly one line on stderr, which says so much, and an exit code of its own.
void fails(const outcome& o, int code, std::vector<std::string> words) {
  BOOST_TEST(o.code() == code, o.code() << ": " << o.err);
  BOOST_TEST(o.err.starts_with("error: "), o.err);
  BOOST_TEST(std::ranges::count(o.err, '\n') == 1, o.err);
  BOOST_TEST(o.err.ends_with('\n'));
  for (const auto& w : words) BOOST_TEST(contains(o.err, w), "\"" << w << "\" is not in: " << o.err);
}

/// Nothing that ends in .tmp anywhere.
bool no_half_files(const std::filesystem::path& folder) {
  return std::ranges::none_of(files_in(folder), [](const std::string& name) { return name.ends_with(".tmp"); });
}

bool all_finite(const std::filesystem::path& file) {
  const data::safetensors from(file);
  for (const auto& [name, a] : from.arrays())
    for (const float x : from.values<float>(name))
      if (!std::isfinite(x)) return false;
  return true;
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(options_that_are_wrong, earlier) {
  fails(run({"--steeps", "3"}), 3, {"does not know '--steeps'", "--help lists"});
  fails(run({"--steps", "many"}), 3, {"--steps", "must be a whole number", "'many'"});
  fails(run_study<study>(here.path, {"--seeds", "0", "--out", out.string()}), 3, {"--seeds", "'0'"});
  fails(run({"--device", "cuda"}), 6, {"--device cuda"});
  fails(run({"--scale", "paper"}), 3, {"desk scale"});
  fails(run({"stray"}), 3, {"'stray'"});
  BOOST_TEST(!std::filesystem::exists(partial));
}

BOOST_FIXTURE_TEST_CASE(data_that_are_missing_or_broken, earlier) {
  fails(run({"--data", (here / "none").string()}), 3, {"--data names", "none"});
  BOOST_TEST(!std::filesystem::exists(partial));
  std::filesystem::create_directory(here / "data");
  fails(run({"--data", (here / "data").string()}), 2, {"templates.csv", "missing"});
  write_file(here / "data/templates.csv", "table,question,answer\nrows,\"What is {a}?\",{b}\n");
  fails(run({"--data", (here / "data").string()}), 2, {"rows.csv"});
  write_file(here / "data/rows.csv", "a,c\n1,2\n");
  fails(run({"--data", (here / "data").string()}), 4, {"rows.csv has no column 'b'"});
  BOOST_TEST(no_half_files(here.path));
}

BOOST_FIXTURE_TEST_CASE(places_that_cannot_be_written, earlier) {
  write_file(here / "file", "x");
  fails(run_study<study>(here.path, {"--out", (here / "file/out").string()}), 2, {"cannot write", "file/out"});
  fails(run_study<study>(here.path, {"--out", "/proc/krait/out"}), 2, {"cannot write", "/proc/krait"});
  fails(run_study<study>(here.path, {"--out", (here / "file").string()}), 3, {"not a folder of results"});
  BOOST_TEST(text_of(here / "file") == "x");
  std::filesystem::create_directory(here / "mine");
  write_file(here / "mine/thesis.txt", "years of work");
  fails(run_study<study>(here.path, {"--out", (here / "mine").string()}), 3, {"not a folder of results"});
  BOOST_TEST(text_of(here / "mine/thesis.txt") == "years of work");
}

BOOST_FIXTURE_TEST_CASE(a_run_is_resumed_with_its_own_settings_only, earlier) {
  BOOST_TEST(run({}, {.hurry = true, .die_at = 20}).killed());
  const auto cut = contents_of(partial);
  BOOST_TEST(cut.contains("state/training.safetensors"));
  BOOST_TEST(cut.contains("state/log.jsonl"));
  fails(run({"--resume", "--steps", "7"}), 3, {"cannot resume", "steps 0 and not 7"});
  fails(run({"--resume", "--seed", "9"}), 3, {"cannot resume", "seed"});
  fails(run({"--resume", "--restart"}), 3, {"--resume, --restart and --report exclude each other"});
  BOOST_TEST((contents_of(partial) == cut));  // still there to go on with
}

namespace {
constexpr experiment::three_phase_config shorter{
    .length = tiny_length, .batch = 6, .learn = 19, .noise = 15, .relearn = 10};
using faster = optim::adamw<optim::adamw_config{.lr = 0.02, .clip_norm = 1}>;
template <class Optimizer, experiment::three_phase_config C>
using changed =
    experiment::three_phase<model::list<model::named<"transformer", tiny_transformer>>, pairs_or_facts,
                            noise::list<noise::charflip<>>, Optimizer, erring_schedule, metric::list<mortal>, C, page>;
}  // namespace

// A program that was edited, or data that were, are another study.
BOOST_FIXTURE_TEST_CASE(a_run_is_resumed_by_the_same_program_on_the_same_data_only, earlier) {
  std::filesystem::create_directory(here / "data");
  const auto facts = [&](const char* answer) {
    write_file(here / "data/templates.csv", "table,question,answer\nrows,\"What is {a}?\",{b}\n");
    write_file(here / "data/rows.csv", std::string("a,b\none,1\ntwo,2\nthree,3\nfour,4\nfive,5\nsix,") + answer + "\n");
  };
  facts("6");
  const std::string folder = (here / "data").string();
  BOOST_TEST(run({"--data", folder}, {.hurry = true, .die_at = 20}).killed());
  const auto cut = contents_of(partial);
  auto again = options({"--resume", "--data", folder});
  fails(run_study<changed<faster, experiment::three_phase_config{.length = tiny_length}>>(here.path, again), 3,
        {"cannot resume", "a program that has been changed since"});
  facts("7");
  fails(run({"--resume", "--data", folder}), 3, {"cannot resume", "digest of the data"});
  facts("6");
  std::filesystem::create_directory_symlink(here / "data", here / "linked");
  fails(run({"--data", folder}), 3, {"holds a run that was cut short", "--resume", "--restart"});
  BOOST_TEST((contents_of(partial) == cut));
  // Another path to the same data is the same study.
  scratch_folder copy;
  std::filesystem::copy(partial, copy / "out.partial", std::filesystem::copy_options::recursive);
  const outcome o = run_study<study>(copy.path, {"--seeds", "1", "--threads", "1", "--resume", "--data",
                                                 (here / "linked").string(), "--out", (copy / "out").string()});
  BOOST_TEST(o.code() == 0, o.err);
}

BOOST_FIXTURE_TEST_CASE(nothing_to_resume_is_said, earlier) {
  const outcome finished = run({"--resume"});  // a finished run: its page is drawn again
  BOOST_TEST(finished.code() == 0, finished.err);
  BOOST_TEST(contains(finished.out, "is finished: its page is drawn again"));
  const auto before = contents_of(out);
  fails(run({"--resume", "--seed", "5"}), 3, {"cannot resume", "it is finished", "with other options"});
  BOOST_TEST((contents_of(out) == before));
  const outcome none = run_study<study>(here.path, {"--seeds", "1", "--resume", "--out", (here / "new").string()});
  BOOST_TEST(none.code() == 0, none.err);
  BOOST_TEST(contains(none.out, "there is nothing to resume in"));
  same_results(out, here / "new");
  fails(run_study<study>(here.path, {"--report", "--out", (here / "none").string()}), 2, {"record.json is missing"});
  std::filesystem::copy(out, here / "others", std::filesystem::copy_options::recursive);
  std::string result = text_of(here / "others/result.json");
  result.replace(result.find("tiny_study"), 10, "in_context/recall");
  write_file(here / "others/result.json", result);
  fails(run_study<study>(here.path, {"--report", "--out", (here / "others").string()}), 3,
        {"others holds a run of in_context/recall, and this is tiny_study"});
  std::filesystem::create_directories(here / "old.partial/state");
  write_file(here / "old.partial/settings.json", "{\"experiment\": \"tiny_study\", \"steps\": 0}");
  fails(run_study<study>(here.path, {"--resume", "--out", (here / "old").string()}), 3,
        {"cannot resume", "another version of krait, whose files this one does not read", "--restart"});
}

BOOST_FIXTURE_TEST_CASE(a_state_that_is_broken, earlier) {
  BOOST_TEST(run({}, {.hurry = true, .die_at = 20}).killed());
  const auto file = partial / "state/training.safetensors", log = partial / "state/log.jsonl";
  const std::string good = text_of(file), lines = text_of(log);
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, good.size() / 2, good.size() - 1}) {
    write_file(file, good.substr(0, size));
    fails(run({"--resume"}), 4,
          {"training.safetensors", "cannot go on with this run, for ", "give --restart in place of --resume"});
  }
  // A whole file that is not this study's: another model's weights, none of what a state says of itself.
  std::string other = good;
  other.replace(other.find("weights.norm_f"), 14, "weights.norm_g");
  write_file(file, other);
  fails(run({"--resume"}), 4, {"training.safetensors has no tensor weights.norm_f"});
  for (const data::safetensors_metadata& metadata : {data::safetensors_metadata{},
                                                     {{"leg", "x"}, {"measured", "0"}},
                                                     {{"leg", "x"}, {"step", "many"}, {"measured", "0"}},
                                                     {{"leg", "x"}, {"step", "1"}, {"measured", "1000000"}}}) {
    data::safetensors_writer{}.write(file, metadata);
    fails(run({"--resume"}), 4, {"give --restart"});
  }
  write_file(file, good);
  write_file(log, "[\"transformer\"\n" + lines);
  fails(run({"--resume"}), 4, {"log.jsonl holds no measurements of this study", "--restart"});
  write_file(log, lines);
  scratch_folder copy;  // the good state still leads to the end
  std::filesystem::copy(partial, copy / "out.partial", std::filesystem::copy_options::recursive);
  const outcome o =
      run_study<study>(copy.path, {"--seeds", "1", "--threads", "1", "--resume", "--out", (copy / "out").string()});
  BOOST_TEST(o.code() == 0, o.err);
  same_results(out, copy / "out");
  std::filesystem::copy(partial, copy / "anew.partial", std::filesystem::copy_options::recursive);
  write_file(copy / "anew.partial/state/training.safetensors", "");
  const outcome anew =
      run_study<study>(copy.path, {"--seeds", "1", "--threads", "1", "--restart", "--out", (copy / "anew").string()});
  BOOST_TEST(anew.code() == 0, anew.err);  // and so does a new beginning
  same_results(out, copy / "anew");
}

// The rate goes astray in phase 2: the run stops at the next step; what phase 1 left is there and whole.
BOOST_FIXTURE_TEST_CASE(a_loss_that_is_not_a_number, earlier) {
  at = {7, 15, 1e30};
  const outcome o = run({});
  fails(o, 5, {"Step 9 has a loss of", "is not finite", "lower the learning rate"});
  const auto kept = partial / "checkpoint/transformer-seed1-phase1.safetensors";
  BOOST_REQUIRE(std::filesystem::exists(kept));
  BOOST_TEST(all_finite(kept));
  BOOST_TEST(all_finite(partial / "state/training.safetensors"));
  BOOST_TEST(!std::filesystem::exists(partial / "checkpoint/transformer-seed1-charflip-phase2.safetensors"));
  BOOST_TEST(no_half_files(here.path));
  const outcome again = run({"--resume"});  // it goes on from there, to the same end
  BOOST_TEST(again.err == o.err);
  BOOST_TEST(again.code() == 5);
}

// The step that ruins the weights is one after which the state is kept, or the last of all.
BOOST_FIXTURE_TEST_CASE(ruined_weights_are_not_kept, earlier) {
  for (const astray when : {astray{9, 15, 1e60}, astray{14, 15, 1e60}, astray{9, 10, 1e60}}) {
    at = when;
    const outcome o = run({"--restart"}, {.hurry = true});
    BOOST_TEST(o.code() == 5, o.err);
    BOOST_TEST(contains(o.err, " is not finite; lower the learning rate"), o.err);
    for (const auto& name : files_in(partial))
      if (name.ends_with(".safetensors")) BOOST_TEST(all_finite(partial / name), name);
  }
}

BOOST_FIXTURE_TEST_CASE(a_file_that_may_not_grow, earlier) {
  fails(run({"--steps", "2"}, {.file_limit = 20'000}), 2, {"cannot write", "File too large", "free some space"});
  BOOST_TEST(no_half_files(here.path));
}

BOOST_FIXTURE_TEST_CASE(a_disk_that_is_full, earlier) {
  std::filesystem::create_directory(here / "disk");
  if (::mount("krait-test", (here / "disk").c_str(), "tmpfs", 0, "size=100k") != 0) {
    BOOST_TEST_MESSAGE("skipped: this user may not mount a small disk");
    return;
  }
  const outcome o = run_study<study>(here.path, {"--seeds", "1", "--out", (here / "disk/out").string()});
  const bool whole = no_half_files(here / "disk");
  ::umount2((here / "disk").c_str(), MNT_DETACH);
  fails(o, 2, {"cannot write", "disk/out.partial", "No space left on device; free some space"});
  BOOST_TEST(whole);
}

BOOST_FIXTURE_TEST_CASE(no_gnuplot, earlier) {
  fails(run({}, {.path = "/nowhere"}), 2, {"gnuplot", "install it"});
  BOOST_TEST(!std::filesystem::exists(partial));  // told before the training, not after it
}

// A study that says nothing says so; its report stands, for it is a result as well.
BOOST_FIXTURE_TEST_CASE(models_that_have_not_learnt, earlier) {
  demanding = true;
  const std::vector<std::string> options{"--steps", "1", "--seeds", "1", "--out", (here / "hasty").string()};
  fails(run_study<study>(here.path, options), 7,
        {"The transformer has learnt the clean answers", "train longer with --steps"});
  BOOST_TEST(std::filesystem::exists(here / "hasty/index.html"));
  BOOST_TEST(contains(result_of(here / "hasty")["finding"], "This run says nothing about unlearning"));
  auto quick = options;
  quick.push_back("--quick");
  BOOST_TEST(run_study<study>(here.path, quick).code() == 0);  // a quick run is not meant to say anything
}

BOOST_AUTO_TEST_CASE(help_is_no_error) {
  scratch_folder here;
  for (const char* option : {"--help", "--about"}) {
    const outcome o = run_study<study>(here.path, {option});
    BOOST_TEST(o.code() == 0);
    BOOST_TEST(o.err == "");
    BOOST_TEST(!o.out.empty());
  }
}
