// tests/program/grid.cpp: a study at several values of a setting is one run with one page: resumable, drawn again from
// its records, and each value's numbers are those of a run with --set.
#define BOOST_TEST_MODULE program_grid
#include <krait/core/atomic_file.hpp>
#include <krait/run/compare.hpp>
#include <krait/run/run.hpp>
#include <thread>

#include "../experiment/study_process.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

/// Two models that lose as the rate says.
struct counting {
  struct page {
    static studies::exhibits of(const studies::record& seen) {
      return {.tables = {studies::table{
                  .name = "ends", .rows = {"model"}, .columns = {{"x", studies::of("x"), 3}}, .caption = "The ends."}},
              .plots = {studies::lines{
                  .name = "loss", .x = {}, .y = studies::of("loss"), .series = "model", .caption = "Losses."}},
              .claims = {{.id = "large",
                          .each = {},
                          .value = studies::of("x").where("model", "b"),
                          .holds = studies::at_least(seen.number("bound")),
                          .precondition = true,
                          .says = "b is large."}},
              .finding = "b says so."};
    }
  };
  static constexpr const char* unit = "runs";
  static constexpr program::setting_option settings[2] = {{"rate", 1, .01, 100, "times the rate"},
                                                          {"depth", 2, 1, 9, "layers"}};
  explicit counting(program::options& o) : asked_(o) {}
  void describe(studies::record& to) const {
    to.declare_label("model", {"a", "b"});
    to.declare("x", {"model"});
    to.declare("loss", {"model"});
    to.fact("learning rate", asked_.setting(settings[0]) / 10);
    to.fact("depth", asked_.setting(settings[1]));
    to.fact("bound", 4.);
  }
  long steps() const { return 2 * asked_.seeds; }
  void measure(program::run_context& context) {
    std::vector<program::small_run> runs;
    for (int i = 0; i < asked_.seeds; ++i)
      for (const char* model : {"a", "b"})
        runs.push_back(
            {fmt::format("{}-seed{}", model, i + 1), 1, [=, rate = asked_.setting(settings[0])](auto& found) {
               count_down();
               const auto seed = static_cast<std::uint64_t>(i + 1);
               for (const long step : {10, 20})
                 found.push_back({{{"model", model}}, seed, step, "loss", rate / double(step)});
               found.push_back({{{"model", model}}, seed, 20, "x", rate * (*model == 'b' ? 3 : 1)});
             }});
    context.legs.run(runs, context.threads, context.shown);
  }

 private:
  const program::options& asked_;
};
const std::vector<std::string> both{"--seeds", "2", "--threads", "2", "--grid", "rate=0.5,2"};
std::vector<std::string> to(const std::filesystem::path& out, std::vector<std::string> more) {
  more.insert(more.end(), {"--out", out.string()});
  return more;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_run_and_one_page) {
  scratch_folder here;
  const outcome o = run_study<counting>(here.path, to(here / "out", both));
  BOOST_TEST(o.code() == 0, o.err);  // though one value's precondition fails
  const auto result = result_of(here / "out");
  const auto& table = result["tables"][0];
  BOOST_TEST(table["columns"][0]["name"] == "rate");
  BOOST_TEST(table["rows"].size() == 4u);
  BOOST_TEST((table["rows"][1]["cells"][0] == .5 && table["rows"][3]["cells"][0] == 2));
  BOOST_TEST((table["rows"][3]["cells"][2]["value"] == 6));
  BOOST_TEST(result["plots"][0]["series"].size() == 4u);
  BOOST_TEST(result["plots"][0]["series"][3]["panel"] == "rate 2");
  BOOST_TEST((result["claims"][0]["holds"] == false && result["claims"][1]["holds"] == true));
  BOOST_TEST(result["claims"][1]["statement"] == "rate 2: b is large.");
  const auto& settings = result["settings"];
  BOOST_TEST((settings["learning rate (rate 0.5)"] == .05 && settings["learning rate (rate 2)"] == .2));
  BOOST_TEST((settings["depth"] == 2 && !settings.contains("learning rate")));
  BOOST_TEST(
      text_of(here / "out/record.csv").starts_with("rate,model,seed,step,quantity,value\n0.5,a,1,10,loss,0.05\n"));
  BOOST_TEST(contains(text_of(here / "out/record.csv"), "\n2,b,2,20,x,6\n"));
  BOOST_TEST(text_of(here / "out/curve.csv")
                 .starts_with("step,seed,model,leg,loss\n10,1,a,rate=0.5-a-seed1,0.05\n20,1,a,rate=0.5-a-seed1,"));

  // A value's numbers are those of its own run.
  BOOST_TEST(run_study<counting>(here.path, to(here / "own", {"--seeds", "2", "--set", "rate=2"})).code() == 0);
  BOOST_TEST(result_of(here / "own")["tables"][0]["rows"][1]["cells"][1] == table["rows"][3]["cells"][2]);

  const auto before = contents_of(here / "out");
  std::filesystem::remove(here / "out/index.html");
  BOOST_TEST(run_study<counting>(here.path, to(here / "out", {"--report"})).code() == 0);
  BOOST_TEST((contents_of(here / "out") == before));
}

BOOST_AUTO_TEST_CASE(a_grid_goes_on_after_kills) {
  scratch_folder here;
  BOOST_REQUIRE(run_study<counting>(here.path, to(here / "whole", both)).code() == 0);
  BOOST_TEST(die_and_resume<counting>(here.path, to(here / "out", both), {2, 3}, 20) >= 3);
  same_results(here / "whole", here / "out");
  BOOST_TEST(run_study<counting>(here.path, to(here / "new", both), {true, 3}).killed());
  auto other = both;
  other.back() = "rate=0.5,3", other.push_back("--resume");
  const outcome o = run_study<counting>(here.path, to(here / "new", other));
  BOOST_TEST(o.code() == 3);
  BOOST_TEST(contains(o.err, "cannot resume"), o.err);
}

BOOST_AUTO_TEST_CASE(finished_runs_are_compared) {
  scratch_folder here;
  const auto compare = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "compare");
    std::vector<const char*> all;
    for (const auto& w : words) all.push_back(w.c_str());
    return in_child([&] {
             if (!std::freopen((here / "said").c_str(), "w", stderr) || !std::freopen("/dev/null", "w", stdout))
               ::_exit(99);
             const int code = program::compare(static_cast<int>(all.size()), all.data());
             std::fflush(nullptr);
             ::_exit(code);
           }) >>
           8;
  };
  for (const char* rate : {"2", "3"})
    BOOST_REQUIRE(
        run_study<counting>(here.path, to(here / rate, {"--seeds", "2", "--set", std::string("rate=") + rate}))
            .code() == 0);
  const std::string one = (here / "2/").string(), two = (here / "3").string(), out = (here / "both").string();
  BOOST_TEST(compare({one, two, "--out", out}) == 0, text_of(here / "said"));
  const auto both = result_of(out);
  BOOST_TEST(both["tables"][0]["columns"][0]["name"] == "run");
  BOOST_TEST(both["tables"][0]["rows"].size() == 4u);
  BOOST_TEST((both["tables"][0]["rows"][3]["cells"][0] == 3 && both["tables"][0]["rows"][3]["cells"][2]["value"] == 9));
  BOOST_TEST(both["plots"][0]["series"][3]["panel"] == "3");
  BOOST_TEST(contains(both["command"].get<std::string>(), "rate=2"));
  BOOST_TEST(contains(both["command"].get<std::string>(), "\n"));
  BOOST_TEST(contains(text_of(here / "both/index.html"), "</html>"));

  const auto refused = [&](std::vector<std::string> words, int code, const char* why) {
    BOOST_TEST(compare(words) == code);
    BOOST_TEST(contains(text_of(here / "said"), why), text_of(here / "said"));
  };
  refused({one}, 3, "compare needs two finished runs");
  refused({one, one}, 3, "twice: name different runs");
  refused({one, (here / "none").string()}, 2, "none/result.json is missing");
  refused({one, two, "--out", two}, 3, "holds a run, which the page would replace");
  refused({one, two, "--in"}, 3, "has no option '--in'");
  std::filesystem::copy(here / "3", here / "4");
  std::string text = text_of(here / "4/result.json");
  for (const char* name : {"\"ends\"", "\"loss\""}) text.replace(text.find(name), 6, "\"else\"");
  write_file(here / "4/result.json", text);
  refused({one, (here / "4").string()}, 3, "have no table and no plot in common");
}

BOOST_AUTO_TEST_CASE(more_threads_than_cores_are_not_started) {
  scratch_folder here;
  const outcome o = run_study<counting>(here.path, to(here / "out", {"--threads", "4096", "--set", "rate=2"}));
  BOOST_TEST(o.code() == 0, o.err);
  const unsigned cores = std::thread::hardware_concurrency();
  BOOST_TEST(contains(o.out, fmt::format("threads     {} and not 4096", cores)), o.out);
  BOOST_TEST(result_of(here / "out")["environment"]["threads"] == cores);
}
