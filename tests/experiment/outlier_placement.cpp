// tests/experiment/outlier_placement.cpp: the study of outliers' places on small prompts: what it leaves, that neither
// kills nor threads change it, and that its parts are what they say.
#define BOOST_TEST_MODULE experiment_outlier_placement
#include "study_process.hpp"
//
#include <krait/experiment/outlier_placement.hpp>
#include <krait/kernel/reference.hpp>
#include <krait/layer/attention.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <krait/model/coordinate_model.hpp>
#include <krait/optim/sgd.hpp>
#include <krait/paper/outlier_placement.hpp>
#include <krait/schedule/schedule.hpp>

#include "../layer/layers.hpp"
using namespace krait;
using namespace krait::testing;
namespace outlier = task::outlier;
using experiment::placement_role, experiment::placement_training;

namespace {

using small_task = task::outlier_classification<task::outlier_classification_config{
    .dimensions = 10,
    .relevant = 3,
    .irrelevant = 3,
    .examples = 6,
    .training = {.outliers = .4, .irrelevant_scale = .5, .outlier_scale = 2}}>;
constexpr int width = small_task::dimensions + 1;

/// The task, and a moment to die at.
struct mortal_task : small_task {
  template <class Rule, class Place, class T, int Lanes>
  static void sample(draw at, std::uint64_t first, const outlier::drawing& d, prompts<T, Lanes>& to) {
    count_down();
    small_task::sample<Rule, Place>(at, first, d, to);
  }
};

template <layer Mixer> using two_layers = model::coordinate_model<Mixer, 2>;
using scan_model = two_layers<selective_ssm<selective_ssm_config{.d_model = width}>>;
using linear_model = two_layers<linear_attention<linear_attention_config{
    .d_model = width, .value_proj = false, .out_proj = false, .diagonal = 0.2f}>>;
using softmax_model = two_layers<attention<attention_config{.d_model = width, .heads = 1}>>;
using study = experiment::outlier_placement<
    model::list<
        experiment::trained<"mamba", scan_model>, experiment::trained<"linear transformer", linear_model>,
        experiment::trained<"transformer", softmax_model>,
        experiment::trained<"mamba with curriculum", scan_model, placement_training{placement_role::remedy, 1, 0, .6}>,
        experiment::trained<"mamba, slow", scan_model, placement_training{placement_role::check, .3}>>,
    mortal_task, optim::sgd<optim::sgd_config{.lr = .1, .clip_norm = 1}>, schedule::constant<>,
    experiment::outlier_placement_config{
        .steps = 20, .batch = 12, .per_shard = 4, .prompts = 50, .watched = 20, .probed = 16, .keep_every = 5},
    paper::outlier_placement>;

/// One uninterrupted run of two seeds on two threads, for all tests.
const std::filesystem::path& uninterrupted() {
  static scratch_folder here;
  static const std::filesystem::path out = [] {
    const outcome o = run_study<study>(here.path, {"--seeds", "2", "--threads", "2", "--out", (here / "out").string()});
    BOOST_TEST(o.code() == 0, o.err);
    BOOST_TEST(o.err == "");
    return here / "out";
  }();
  return out;
}

const nlohmann::json& named(const nlohmann::json& list, const std::string& name) {
  for (const auto& one : list)
    if (one["name"] == name) return one;
  throw std::runtime_error("there is no " + name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_run_leaves) {
  const auto& out = uninterrupted();
  const auto r = result_of(out);
  const auto files = files_in(out);
  for (const char* name :
       {"result.json", "index.html", "placement.csv", "attention.csv", "gates.csv", "checks.csv", "placement.svg",
        "gates.svg", "hidden-attention.svg", "checkpoint/mamba-with-curriculum-seed2.safetensors"})
    BOOST_TEST((std::ranges::find(files, name) != files.end()), name);
  BOOST_TEST(r["seeds"].size() == 2u);
  BOOST_TEST(program::entry_of<study>().seeds == 5);  // without --seeds
  const auto& rows = named(r["tables"], "placement")["rows"];
  BOOST_TEST(rows.size() == 4u + 3u);  // models and published rows
  for (const auto& row : rows)
    for (std::size_t i = 1; i < 4; ++i) {
      const auto& cell = row["cells"][i];
      const double percent = cell.is_object() ? cell["value"].get<double>() : cell.get<double>();
      BOOST_TEST((percent >= 0 && percent <= 100));
    }
  std::vector<std::string> claims;
  for (const auto& c : r["claims"]) claims.push_back(c["id"]);
  for (const char* id : {"closest_hurts.mamba", "order_closest.linear transformer", "curriculum.mamba with curriculum",
                         "attention.mamba", "gate_on_outliers.mamba", "gate_decay.mamba", "fraction.transformer"})
    BOOST_TEST((std::ranges::find(claims, id) != claims.end()), id);
}

BOOST_AUTO_TEST_CASE(one_thread_finds_the_same) {
  scratch_folder here;
  const outcome o = run_study<study>(here.path, {"--seeds", "2", "--threads", "1", "--out", (here / "out").string()});
  BOOST_TEST(o.code() == 0, o.err);
  same_results(uninterrupted(), here / "out");
}

// Killed in trainings, evaluations and probes.
BOOST_AUTO_TEST_CASE(kills_change_nothing) {
  scratch_folder here;
  const int kills = die_and_resume<study>(
      here.path, {"--seeds", "2", "--threads", "2", "--out", (here / "out").string()}, {900, 2300, 5100, 3700}, 60);
  BOOST_TEST(kills >= 4);
  same_results(uninterrupted(), here / "out");
  BOOST_TEST(!std::filesystem::exists(here / "out.partial"));
}

// Tokens are the task's own; only the query counts; placed prompts have their outliers last.
BOOST_AUTO_TEST_CASE(batches_are_the_task) {
  static const small_task::patterns<float> patterns(small_task::config.patterns);
  outlier::drawing d = small_task::config.training, placed = d;
  placed.count = outlier::count_rule::fixed;
  placed.outliers = .5;
  const task::outlier::batch<small_task> batch{{3, stream("x"), 0}, 100, 7, 4, d, &patterns, 5, placed};
  BOOST_TEST(batch.shards() == 2);
  BOOST_TEST(batch.weight() == 7);
  auto shard = make_heap<task::outlier::shard<small_task, 4>>();
  int next = 0;
  for (int i = 0; i < 2; ++i) {
    batch.fill(i, *shard);
    BOOST_TEST(shard->of.count == (i == 0 ? 4 : 3));
    for (int s = 0; s < shard->of.count; ++s, ++next) {
      small_task::prompts<float> prompt;
      batch.sample(next, prompt);
      for (int p = 0; p < small_task::points; ++p) {
        const int t = s * small_task::points + p;
        const bool query = p == small_task::examples;
        float token[width];
        prompt.write_token(patterns, p, token);
        for (int c = 0; c < width; ++c) BOOST_TEST(shard->input()[t][c] == token[c]);
        BOOST_TEST(shard->weight[t] == (query ? 1 : 0));
        if (query) {
          BOOST_TEST(shard->target()[t][0] == prompt.z[0]);
          BOOST_TEST(std::abs(prompt.z[0]) == 1);
          BOOST_TEST(token[width - 1] == 0);
        } else if (next < 5) {
          BOOST_TEST(prompt.is_outlier(p) == (p >= 3));
        }
      }
    }
  }
}

// The model is its layers, read at the last coordinate; backward is the slope of that.
BOOST_AUTO_TEST_CASE(model_is_its_stack) {
  using model_type = scan_model;
  const sequences of{2, 5};
  const auto w = make_heap<model_type::weights<double>>(), dw = make_heap<model_type::weights<double>>();
  fill_weights(*w);
  for_each_value(*w, [](auto& t) {
    for (double& x : t.values()) x *= 0.3;  // a small layer in a smooth place: slopes are exact to rounding
  });
  struct memory {
    model_type::saved<double, capacity{2, 5}> it;
  };
  const auto saved = make_heap<memory>();
  auto& backend = on<backend::reference>();
  table<double, width> x(of, "x");
  table<double, 1> y(of), dy(of, "dy");
  const auto loss = [&] {
    model_type::forward(backend, std::as_const(*w), x.in(), y.out(), saved->it);
    return inner(y, dy);
  };
  loss();
  table<double, width> stack(of);
  model_type::stack::forward(backend, std::as_const(w->layers), x.in(), stack.out(), saved->it.layers);
  for (int t = 0; t < 10; ++t) BOOST_TEST(y.in()[t][0] == stack.in()[t][width - 1]);
  model_type::backward(backend, std::as_const(*w), x.in(), std::as_const(saved->it), dy.in(), *dw);
  std::vector<double> found = values<double>(*dw), wanted;
  for_each_value(*w, [&](auto& t) {
    for (const double s : slopes(t.values(), loss)) wanted.push_back(s);
  });
  BOOST_TEST(worst(found, wanted) <= layer_slope_tolerance);
}

BOOST_AUTO_TEST_CASE(placed_prompts_come_in_over_time) {
  constexpr placement_training how{.placed = .6, .begin = .25};
  BOOST_TEST(how.placed_at(0, 100) == 0);
  BOOST_TEST(how.placed_at(24, 100) == 0);
  BOOST_TEST(std::abs(how.placed_at(100, 100) - .6) < 1e-12);
  BOOST_TEST(std::abs(how.placed_at(62, 100) - .6 * 37 / 75) < 1e-12);
  BOOST_TEST(placement_training{}.placed_at(99, 100) == 0);
}

// A first layer that attends to its own pattern: seen by class; and the gate's values.
BOOST_AUTO_TEST_CASE(probe_sees_classes_and_gates) {
  static const small_task::patterns<float> patterns(small_task::config.patterns);
  using probe = experiment::outlier_probe<scan_model, small_task, 4>;
  const auto w = make_heap<scan_model::weights<float>>();
  initialiser at(1);
  scan_model::initialise(*w, at);
  for (auto& layer : w->layers) {
    std::fill_n(layer.mixer.w.data, width, 0.f);
    for (int s = 0; s < 3; ++s)
      layer.mixer.w[small_task::relevant + small_task::irrelevant + s] = -4;  // outliers stay out
  }
  outlier::drawing d = small_task::config.training;
  d.irrelevant_scale = 0;
  const task::outlier::batch<small_task> batch{{3, stream("x"), 0}, 0, 20, 4, d, &patterns};
  const auto seen = probe::look(on<backend::cpu>(), *w, batch);
  BOOST_TEST(seen.raw.of[0] > 0);
  BOOST_TEST(std::abs(seen.raw.of[1]) < 1e-6);  // orthogonal patterns, and the query's label is 0
  BOOST_REQUIRE(seen.gate.size() == 2u);
  BOOST_TEST(std::abs(seen.gate[0] - 0.5) < 1e-6);  // sigmoid(0)
  BOOST_TEST(seen.gate[1] < 0.01);
  for (const auto& g : seen.gates)
    if (!g.outlier)
      BOOST_TEST(std::abs(g.left - std::ldexp(1., -1 - g.rank)) < 0.02 * std::ldexp(1., -1 - g.rank) + 1e-3);
  // Softmax: probabilities of all examples and the query sum to one.
  using softmax_probe = experiment::outlier_probe<softmax_model, small_task, 4>;
  const auto soft = make_heap<softmax_model::weights<float>>();
  softmax_model::initialise(*soft, at);
  const auto shares = softmax_probe::look(on<backend::cpu>(), *soft, batch);
  BOOST_TEST(shares.gate.empty());
  const double sum = shares.weighted.of[0] + shares.weighted.of[1] + shares.weighted.of[2];
  static_assert(softmax_probe::probabilities && !probe::probabilities);
  BOOST_TEST((sum > 0.5 && sum < 1));
  BOOST_TEST(std::abs(sum - 6. / 7) < 0.05);  // nearly uniform at the start
}
