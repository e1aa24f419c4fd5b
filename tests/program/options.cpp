// tests/program/options.cpp: the command line: defaults, bounds, and one sentence for everything that is wrong.
#define BOOST_TEST_MODULE program_options
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <krait/core/atomic_file.hpp>
#include <krait/core/error.hpp>
#include <krait/report/json.hpp>
#include <krait/run/program_mark.hpp>
#include <krait/run/read_options.hpp>
#include <string>
#include <vector>

#include "../scratch_folder.hpp"

using namespace krait;
using namespace krait::program;
using namespace krait::report;
using krait::testing::contains;
using krait::testing::sentence_of;

// A commit says what was compiled; without one, or with changes to it, only the program's own file does.
BOOST_AUTO_TEST_CASE(what_tells_programs_of_one_version_apart) {
  BOOST_TEST(program_mark("0.2.0+3f2a1c") == "");
  for (const char* version : {"0.2.0", "0.2.0+3f2a1c.changed"}) {
    BOOST_TEST(program_mark(version).size() == 16u);
    BOOST_TEST(program_mark(version) != digest().add("").text());
  }
}

namespace {

const about study{.name = "noise/three_phase",
                  .question = "Does a Mamba unlearn noise?",
                  .duration = "4 min on two cores",
                  .from_weights = true};

request read(std::vector<const char*> words, options defaults = {}) {
  words.insert(words.begin(), "three_phase");
  return read_options(int(words.size()), words.data(), study, defaults);
}
std::string complaint(std::vector<const char*> words) {
  return sentence_of<option_error>([&] { read(words); });
}
struct no_data {
  no_data() { ::unsetenv("KRAIT_DATA"); }
};

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(no_data);

BOOST_AUTO_TEST_CASE(defaults_without_words) {
  const options o = read({}).options;
  BOOST_TEST(o.steps == 0);
  BOOST_TEST(o.seeds == 3);
  BOOST_TEST(o.threads == 0);
  BOOST_TEST(o.out.string() == "out/noise/three_phase");
  BOOST_TEST(!o.resume);
  BOOST_TEST(!o.quick);
  BOOST_TEST(o.data.empty());
  BOOST_TEST((o.scale == scale && o.device == device_kind::cpu));
}

BOOST_AUTO_TEST_CASE(a_study_has_its_own_defaults) {
  options own;
  own.seeds = 1, own.out = "elsewhere";
  const options o = read({"--seed", "7"}, own).options;
  BOOST_TEST(o.seeds == 1);
  BOOST_TEST(o.seed == 7u);
  BOOST_TEST(o.out.string() == "elsewhere");
}

BOOST_AUTO_TEST_CASE(every_option_is_read) {
  testing::scratch_folder here;
  const std::string data = here.path.string(), file = (here / "w").string();
  write_file(here / "w", "");
  const options o =
      read({"--steps", "20", "--seed=18446744073709541615", "--seeds", "5", "--threads", "2", "--out", "o", "--resume",
            "--data", data.c_str(), "--weights", file.c_str(), "--quick", "--scale", name_of(scale), "--device", "cpu"})
          .options;
  BOOST_TEST(o.steps == 20);
  BOOST_TEST(o.seed == 18446744073709541615u);
  BOOST_TEST(o.seeds == 5);
  BOOST_TEST(o.threads == 2);
  BOOST_TEST(o.out.string() == "o");
  BOOST_TEST((o.resume && o.quick));
  BOOST_TEST(o.data.string() == data);
  BOOST_TEST(o.weights.string() == file);
}

const std::vector<std::vector<const char*>> wrong = {{"--steps", "-1"},
                                                     {"--steps", "1.5"},
                                                     {"--steps", "many"},
                                                     {"--steps", "99999999999999999999"},
                                                     {"--steps"},
                                                     {"--steps", ""},
                                                     {"--seed", "-3"},
                                                     {"--seeds", "0"},
                                                     {"--seeds", "1e3"},
                                                     {"--threads", "100000"},
                                                     {"--threads", "2x"},
                                                     {"--scale", "big"},
                                                     {"--device", "tpu"},
                                                     {"--out", ""},
                                                     {"--data", "/no/such/folder"},
                                                     {"--weights", "/no/such/file"},
                                                     {"--weights", "/"},
                                                     {"--weights", ""},
                                                     {"--no-such"},
                                                     {"stray"},
                                                     {"--quick=perhaps"},
                                                     {"--seed", "18446744073709551615"}};

BOOST_DATA_TEST_CASE(wrong_words_give_one_sentence, boost::unit_test::data::xrange(wrong.size()), i) {
  const std::string text = complaint(wrong[i]);
  BOOST_TEST(!text.empty());
  BOOST_TEST(!contains(text, "\n"));
  BOOST_TEST(contains(text, wrong[i][0] == std::string("--quick=perhaps") ? "--quick" : wrong[i][0]));
}

BOOST_AUTO_TEST_CASE(sentences_say_what_is_allowed) {
  BOOST_TEST(complaint({"--seeds", "0"}) ==
             "noise/three_phase: --seeds: must be a whole number from 1 to 10000, not '0'; --help lists the options");
  BOOST_TEST(complaint({"--stpes", "5"}) == "noise/three_phase does not know '--stpes': --help lists its options");
}

BOOST_AUTO_TEST_CASE(the_other_scale_is_another_program) {
  const char* other = scale == scale_kind::desk ? "paper" : "desk";
  BOOST_TEST(
      contains(complaint({"--scale", other}), std::string("`examples/run noise/three_phase --scale ") + other + "`"));
}

BOOST_AUTO_TEST_CASE(cuda_is_never_swapped_for_the_cpu) {
  if (with_cuda) return;
  const std::string text = sentence_of<device_error>([] { read({"--device", "cuda"}); });
  BOOST_TEST(contains(text, "CUDA toolkit"));
  BOOST_TEST(contains(text, "--device cpu"));
}

BOOST_AUTO_TEST_CASE(data_come_from_the_environment_unless_named) {
  testing::scratch_folder one, other;
  ::setenv("KRAIT_DATA", one.path.c_str(), 1);
  BOOST_TEST(read({}).options.data.string() == one.path.string());
  BOOST_TEST(read({"--data", other.path.c_str()}).options.data.string() == other.path.string());
  ::setenv("KRAIT_DATA", "/no/such/folder", 1);
  BOOST_TEST(contains(complaint({}), "KRAIT_DATA names '/no/such/folder'"));
  ::setenv("KRAIT_DATA", "", 1);
  BOOST_TEST(read({}).options.data.empty());
  ::unsetenv("KRAIT_DATA");
}

BOOST_AUTO_TEST_CASE(help_names_every_option_with_its_default) {
  const std::string text = read({"--help"}).text;
  for (const char* part : {"--steps",
                           "--seed ",
                           "--seeds",
                           "--threads",
                           "--out",
                           "--resume",
                           "--data",
                           "--weights",
                           "--pretrained",
                           "--set",
                           "--grid",
                           "--quick",
                           "--scale",
                           "--device",
                           "--about",
                           "[3]",
                           "[out/noise/three_phase]",
                           "desk|paper",
                           "KRAIT_DATA",
                           "4 min on two cores"})
    BOOST_TEST(contains(text, part), part);
}

BOOST_AUTO_TEST_CASE(about_is_one_line_with_tabs) {
  BOOST_TEST(read({"--about"}).text == "noise/three_phase\tDoes a Mamba unlearn noise?\t4 min on two cores\n");
}

BOOST_AUTO_TEST_CASE(beginnings_exclude_each_other) {
  BOOST_TEST(read({"--restart"}).options.restart);
  BOOST_TEST(read({"--report"}).options.redraw);
  for (const std::vector<const char*>& two :
       {std::vector<const char*>{"--resume", "--restart"}, {"--report", "--resume"}})
    BOOST_TEST(contains(complaint(two), "--resume, --restart and --report exclude each other"));
}

BOOST_AUTO_TEST_CASE(what_a_resumed_run_must_share) {
  options o;
  const auto mark = [&](const char* program, std::vector<setting> facts) {
    return to_json(fingerprint(study, o, program, facts));
  };
  const auto one = mark("abc", {{"d", std::int64_t{5}}});
  BOOST_TEST((one == mark("abc", {{"d", std::int64_t{5}}})));
  BOOST_TEST((one != mark("abd", {{"d", std::int64_t{5}}})));
  BOOST_TEST((one != mark("abc", {{"d", std::int64_t{6}}})));
  o.threads = 7, o.out = "elsewhere", o.data = "./here";  // not of the study
  BOOST_TEST((one == mark("abc", {{"d", std::int64_t{5}}})));
  o.seeds = 9;
  BOOST_TEST((one != mark("abc", {{"d", std::int64_t{5}}})));
}

BOOST_AUTO_TEST_CASE(a_study_that_does_not_take_weights_refuses_them) {
  testing::scratch_folder here;
  write_file(here / "w", "");
  const std::string file = (here / "w").string();
  const char* words[] = {"three_phase", "--weights", file.c_str()};
  about other = study;
  other.from_weights = false;
  BOOST_TEST(contains(sentence_of<option_error>([&] { read_options(3, words, other); }), "leave out --weights"));
}

BOOST_AUTO_TEST_CASE(settings_of_a_study) {
  about other = study;
  other.settings = {{"rate", 1, .5, 10, "times the learning rate"}, {"replay", 0, 0, .9, "share of old texts"}};
  const auto with = [&](std::vector<const char*> words) {
    words.insert(words.begin(), "three_phase");
    return read_options(static_cast<int>(words.size()), words.data(), other);
  };
  const options plain = with({}).options, o = with({"--set", "rate=3", "--set", "replay=.25", "--seeds", "2"}).options;
  BOOST_TEST(plain.setting(other.settings[0]) == 1);
  BOOST_TEST(o.setting(other.settings[0]) == 3);
  BOOST_TEST(o.setting(other.settings[1]) == .25);
  BOOST_TEST(o.seeds == 2);
  const options listed = with({"--set", "rate=3,replay=.25"}).options;
  BOOST_TEST((listed.set == o.set));
  BOOST_TEST(contains(with({"--help"}).text, "times the learning rate [1]"));
  const auto wrong = [&](const char* text) { return sentence_of<option_error>([&] { with({"--set", text}); }); };
  const auto unknown = [](const std::string& name, const std::string& option) {
    return "noise/three_phase has no setting '" + name + "' for " + option +
           ": its settings are rate, replay; what else a study is made of, such as shapes, is compiled: change its "
           "program for that";
  };
  BOOST_TEST(wrong("speed=3") == unknown("speed", "--set"));
  for (const char* text : {"rate", "rate=", "rate=x", "rate=3x", "rate=.1", "rate=11", "rate=nan"})
    BOOST_TEST(wrong(text) == std::string("--set ") + text + ": must be rate= and a number from 0.5 to 10");
  BOOST_TEST(contains(complaint({"--set", "rate=3"}), "it has none at all"));
  BOOST_TEST(wrong("rate=3,") == unknown("", "--set"));

  const auto both = std::exchange(other.settings, {learning_rate, batch_size});
  const options own = with({}).options, changed = with({"--set", "lr=1e-3,batch=32"}).options;
  BOOST_TEST(own.setting_or(learning_rate, .5) == .5);
  BOOST_TEST(own.setting_or(batch_size, 64) == 64);
  BOOST_TEST(changed.setting_or(learning_rate, .5) == 1e-3);
  BOOST_TEST(changed.setting_or(batch_size, 64) == 32);
  other.settings = both;

  const options grid = with({"--grid", "rate=.5,3,1e1"}).options;
  BOOST_TEST(grid.grid == "rate");
  BOOST_TEST((grid.grid_values == std::vector<double>{.5, 3, 10}));
  const auto bad = [&](std::vector<const char*> words) {
    words.insert(words.begin(), "--grid");
    return sentence_of<option_error>([&] { with(words); });
  };
  BOOST_TEST(bad({"speed=3,4"}) == unknown("speed", "--grid"));
  BOOST_TEST(contains(bad({"rate=3"}), "for a single one: --set NAME=VALUE"));
  BOOST_TEST(contains(bad({"rate"}), "--grid rate: must be rate= and a number from 0.5 to 10"));
  for (const char* text : {"rate=3,", "rate=,3", "rate=3,x", "rate=3,11"})
    BOOST_TEST(contains(bad({text}), ": must be rate= and a number"), text);
  for (const char* text : {"rate=3", "rate=3,3", "rate=3,4,3.0"})
    BOOST_TEST(contains(bad({text}), "give two or more values, each once"), text);
  BOOST_TEST(contains(bad({"rate=3,4", "--set", "rate=1"}), "--set and --grid both give rate"));
}

BOOST_AUTO_TEST_CASE(only_a_study_that_pretrains_keeps_pretrained_weights) {
  BOOST_TEST(contains(complaint({"--pretrained", "kept"}), "leave out --pretrained"));
  about other = study;
  other.pretrains = true;
  const char* words[] = {"three_phase", "--pretrained", "kept"};
  BOOST_TEST(read_options(3, words, other).options.pretrained.string() == "kept");
  BOOST_TEST(read_options(1, words, other).options.pretrained.empty());
}
