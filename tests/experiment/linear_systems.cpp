// tests/experiment/linear_systems.cpp: the study of linear systems, with a model whose distance from the Kalman
// predictor is known, and its page with made-up numbers.
#define BOOST_TEST_MODULE experiment_linear_systems
#include "study_process.hpp"
//
#include <krait/experiment/linear_systems.hpp>
#include <krait/model/list.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/linear_systems.hpp>
#include <krait/schedule/schedule.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

/// Says half of the last number but one always, however little it is trained.
struct half_model {
  static constexpr int in = 2, out = 1;
  using input = rows<const float, 2>;
  template <class T> struct weights {
    using vector = tensor<T, 1>;
    BOOST_HANA_DEFINE_STRUCT(weights, (vector, weight));
  };
  template <class T, capacity Cap> struct saved {};
  template <class B, class W, class T, class Saved>
  static void forward(B&, const weights<W>& w, rows<const T, 2> x, rows<T, 1> y, Saved&) {
    for (int t = 0; t < x.tokens(); ++t) y[t][0] = w.weight[0] * x[t][1];
  }
  template <class B, class W, class T, class Saved>
  static void backward(B&, const weights<W>&, rows<const T, 2> x, const Saved&, rows<const T, 1> dy, weights<W>& dw) {
    for (int t = 0; t < x.tokens(); ++t) dw.weight[0] += dy[t][0] * x[t][1];
  }
  template <class T> static void initialise(weights<T>& w, initialiser& at) { at.constant(w.weight, .5); }
};

constexpr task::linear_gaussian_config few{.states = 2, .measurement = 1},
    long_lived{.states = 2, .measurement = 1, .persistence = .8}, more{.states = 3};
using study = experiment::linear_systems<
    model::list<model::named<"half", half_model>>, experiment::systems<few, more, long_lived>,
    optim::adamw<optim::adamw_config{.lr = 1e-12f}>, schedule::constant<>,
    experiment::linear_systems_config{
        .length = 12, .window = 2, .steps = 4, .batch = 4, .tests = 30, .looks = 2, .keep_every = 1, .together = 6},
    paper::linear_systems>;

double measured(const nlohmann::json& record, const char* quantity, const char* model, int states, const char* noise,
                const char* seen = nullptr) {
  for (const auto& one : record["measured"])
    if (const auto& at = one["labels"]; one["quantity"] == quantity && at["model"] == model &&
                                        at["states"] == std::to_string(states) && at["noise"] == noise &&
                                        (!seen || at["seen"] == seen))
      return one["points"].back()[2];
  return -1;
}

template <task::linear_gaussian_config C> void has_known_risks(const nlohmann::json& record, const char* noise) {
  double half = 0, nothing = 0, fitted = 0, risk = 0, loss = 0;
  for (std::uint64_t k = 0; k < 30; ++k) {
    double y[13];
    task::baseline::kalman knows(task::linear_gaussian<C>::sample({1, stream("test sequences"), 0}, k, 13, y));
    task::baseline::autoregression<4> fits;
    for (int t = 0; t < 12; ++t) {
      knows.observe(Eigen::VectorXd::Constant(1, y[t])), fits.observe(y[t]);
      if (t < 6) continue;
      const double best = knows.mean()(0);
      half += std::pow(.5 * y[t - 1] - best, 2), nothing += best * best, fitted += std::pow(fits.mean() - best, 2);
      risk += knows.covariance()(0, 0);
    }
  }
  for (std::uint64_t k = 12; k < 16; ++k) {  // the last batch
    double y[13];
    task::linear_gaussian<C>::sample({1, stream("training sequences"), 0}, k, 13, y);
    for (int t = 0; t < 12; ++t) loss += std::pow((t > 0 ? .5 * y[t - 1] : 0) - y[t + 1], 2) / 48;
  }
  const auto tolerance = boost::test_tools::tolerance(1e-5);
  BOOST_TEST(measured(record, "excess", "half", C.states, noise, "12") == half / risk, tolerance);
  BOOST_TEST(measured(record, "excess", "zero", C.states, noise, "12") == nothing / risk, tolerance);
  BOOST_TEST(measured(record, "excess", "least squares", C.states, noise, "12") == fitted / risk, tolerance);
  BOOST_TEST(measured(record, "loss", "half", C.states, noise) == loss, tolerance);
}

}  // namespace

BOOST_AUTO_TEST_CASE(risks_are_those_of_the_predictors) {
  scratch_folder here;
  const outcome o = run_study<study>(here.path, {"--seeds", "1", "--threads", "2", "--out", (here / "out").string()});
  BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
  const auto record = nlohmann::json::parse(text_of(here / "out/record.json"));
  has_known_risks<few>(record, "white");
  has_known_risks<more>(record, "white");
  has_known_risks<long_lived>(record, "persistent");
}

// Every excess falls from the first numbers to the last by the same factor; noise that persists costs the transformer
// twice as much.
BOOST_AUTO_TEST_CASE(the_page_follows_the_excess) {
  using page = paper::linear_systems;
  const auto drawn_of = [](double mamba, double transformer, double linear, double falls) {
    studies::record r;
    r.seeds = {1, 2, 3};
    const std::vector<std::string> trained = {page::selective, page::softmax, page::linear};
    r.declare_label("model", {page::selective, page::softmax, page::linear, "least squares", "zero"});
    r.declare_group("model", "trained", trained);
    r.declare_levels("states", std::vector{2, 6});
    r.declare_label("noise", {"white", "persistent"});
    r.declare_levels("seen", std::vector{8, 16});
    r.declare("excess", {"model", "states", "noise", "seen"});
    r.declare("loss", {"model", "states", "noise"});
    r.fact("numbers a token", std::int64_t{1});
    r.fact("steps", std::int64_t{30});
    r.fact("numbers that least squares goes back", std::int64_t{4});
    const auto add = [&](const std::string& model, const char* noise, int states, long step, double excess) {
      for (const auto seed : r.seeds)
        for (const int seen : {8, 16})
          r.add({{"model", model}, {"states", states}, {"noise", noise}, {"seen", seen}}, seed, step, "excess",
                (seen == 8 ? excess : falls * excess) * (1 + .001 * double(seed)));
    };
    for (const auto& [noise, states] : {std::pair{"white", 2}, {"white", 6}, {"persistent", 2}}) {
      const double harder = states / 2.;
      for (const long step : {10, 20, 30}) {
        add(page::selective, noise, states, step, mamba * harder * (step == 10 ? 100 : 1));
        add(page::softmax, noise, states, step, transformer * harder * (noise[0] == 'p' ? 2 : 1));
        add(page::linear, noise, states, step, linear * harder * (step == 30 ? 1 : 100));
      }
      add("least squares", noise, states, 0, .3);
      add("zero", noise, states, 0, 4);
    }
    return studies::drawn(page::of(r), r);
  };
  const auto claim = [](const report::result& drawn, const std::string& id) {
    const auto found = std::ranges::find(drawn.claims, id, &report::claim::id);
    BOOST_REQUIRE_MESSAGE(found != drawn.claims.end(), id);
    return *found;
  };
  const auto good = drawn_of(.05, .1, .2, .5), bad = drawn_of(.5, .1, .02, 1.5);
  for (const char* id : {"optimal.white.2", "optimal.persistent.2", "length.white.6.mamba",
                         "better_than_linear.white.2", "faster_than_linear.white.2", "better_than_softmax.persistent.2",
                         "better_than_fit.white.2", "noise_separates", "states"})
    BOOST_TEST(claim(good, id).holds, id);
  for (const char* id : {"optimal.white.6", "length.white.6.mamba", "better_than_linear.white.2",
                         "better_than_softmax.persistent.2", "better_than_fit.white.2", "faster_than_linear.white.2"})
    BOOST_TEST(!claim(bad, id).holds, id);
  BOOST_TEST(std::abs(claim(good, "optimal.white.2").value - 2.5 * 1.002) < 1e-6);
  BOOST_TEST(std::abs(claim(good, "faster_than_linear.white.2").value - 200. / 3) < 1e-9);  // at step 20 of 30
  BOOST_TEST(std::abs(claim(good, "noise_separates").value - .5) < 1e-9);
  BOOST_TEST(std::abs(claim(good, "states").value - 3) < 1e-9);
  // No family of 6 states whose noise persists, and no claim of it.
  for (const auto& one : good.claims) BOOST_TEST(one.id.find("persistent.6") == std::string::npos, one.id);
}
