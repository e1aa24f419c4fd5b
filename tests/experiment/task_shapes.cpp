// tests/experiment/task_shapes.cpp: the in-context study over every shape of task: some points asked, signs, vectors
// and tokens that a task writes itself. Each has something that a tiny model learns in seconds.
#define BOOST_TEST_MODULE experiment_task_shapes
#include "study_process.hpp"
//
#include <krait/experiment/in_context.hpp>
#include <krait/model/list.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/baseline/least_squares.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/induction_head.hpp>
#include <krait/task/inputs/query_apart.hpp>
#include <krait/task/many_outliers.hpp>
#include <krait/task/mqar.hpp>
#include <krait/task/sparse_parity.hpp>

#include "../train/tiny.hpp"
using namespace krait;
using namespace krait::testing;
namespace baseline = task::baseline;

namespace {

template <int In, int Out>
using vectors = model::vector_model<
    In, Out, model::mamba_stack<1, mamba_config{.d_model = tiny_width, .d_state = 4}, layer_norm<tiny_width>>,
    layer_norm<tiny_width>>;
template <int Vocabulary>
using tokens =
    model::language_model<Vocabulary, model::mamba_stack<1, mamba_config{.d_model = tiny_width, .d_state = 4}>,
                          rms_norm<tiny_width>>;

template <class Task, class Model, class Baselines = baseline::list<>>
using study = experiment::in_context<
    model::list<model::named<"mamba", Model>>, Task, Baselines, brisk, schedule::constant<>,
    experiment::in_context_config{
        .steps = 200, .batch = 16, .prompts = 400, .keep_every = 50, .curriculum = schedule::whole(Task::points, 2)}>;

/// Errors of a model or baseline by examples, of a run's record; -1 where there is none.
struct errors {
  scratch_folder here;
  nlohmann::json record;
  template <class Study> static errors of() {
    errors e;
    const outcome o = run_study<Study>(
        e.here.path, {"--seeds", "1", "--threads", "1", "--out", (e.here / "out").string(), "--restart"});
    BOOST_REQUIRE_MESSAGE(o.code() == 0, o.err);
    e.record = nlohmann::json::parse(text_of(e.here / "out" / "record.json"));
    return e;
  }
  std::vector<double> after(const std::string& model, std::size_t points) const {
    std::vector<double> all(points, -1);
    for (const auto& one : record["measured"])
      if (one["quantity"] == "error" && one["labels"]["model"] == model)
        all.at(std::stoul(one["labels"]["examples"].get<std::string>())) = one["points"][0][2];
    return all;
  }
};

template <class Task, class Model, class Objective>
constexpr bool minimises = std::is_same_v<typename study<Task, Model>::objective, Objective>;

constexpr task::linear_regression_config line{.dimensions = 2, .points = 8};

}  // namespace

// Positions are those of the prompt, clean or not; who says 0 has error 1 at each.
BOOST_AUTO_TEST_CASE(some_points_are_asked) {
  using task_type = task::many_outliers<task::linear_regression<line>, task::many_outliers_config{.share = .5}>;
  const errors e = errors::of<study<task_type, vectors<2, 1>, baseline::list<baseline::zero>>>();
  double mean = 0;
  for (const double v : e.after("zero", 8)) {
    BOOST_TEST(std::abs(v - 1) < 5 * std::sqrt(8. / 200), v);
    mean += v / 8;
  }
  for (const double v : e.after("mamba", 8)) BOOST_TEST((v > 0 && v < 2), v);
  BOOST_TEST(std::abs(mean - 1) < .2);
}

// One point a prompt: least squares is exact from one example on, since the query repeats an example.
BOOST_AUTO_TEST_CASE(a_query_apart) {
  using task_type = task::linear_regression<line, task::inputs::overlapping_query>;
  const errors e = errors::of<study<task_type, vectors<2, 1>, baseline::list<baseline::least_squares>>>();
  const auto squares = e.after("least squares", 8);
  BOOST_TEST(std::abs(squares[0] - 1) < 1);
  for (std::size_t i = 1; i < 8; ++i) BOOST_TEST((squares[i] >= 0 && squares[i] < 1e-6), squares[i]);
}

// y = x: a share of wrong signs of 0; who says 0 is always wrong.
BOOST_AUTO_TEST_CASE(signs) {
  using task_type = task::sparse_parity<task::sparse_parity_config{.dimensions = 1, .points = 4, .subset = 1}>;
  static_assert(minimises<task_type, vectors<1, 1>, objective::logistic>);
  const errors e = errors::of<study<task_type, vectors<1, 1>, baseline::list<baseline::zero>>>();
  for (const double v : e.after("mamba", 4)) BOOST_TEST((v >= 0 && v < .01), v);
  for (const double v : e.after("zero", 4)) BOOST_TEST(std::abs(v - 1) < 1e-9);
}

// Of one pair the value stands right before the query.
BOOST_AUTO_TEST_CASE(vectors_that_a_task_writes) {
  using task_type = task::mqar<task::mqar_config{.dimensions = 2, .pairs = 1, .queries = 1}>;
  static_assert(minimises<task_type, vectors<2, 2>, objective::squared_error>);
  const errors e = errors::of<study<task_type, vectors<2, 2>>>();
  BOOST_TEST((e.after("mamba", 1)[0] > 0 && e.after("mamba", 1)[0] < .2), e.after("mamba", 1)[0]);
}
BOOST_AUTO_TEST_CASE(tokens_that_a_task_writes) {
  using task_type = task::induction_head<task::induction_head_config{.vocabulary = 5, .pairs = 1}>;
  static_assert(minimises<task_type, tokens<5>, objective::cross_entropy>);
  const errors e = errors::of<study<task_type, tokens<5>>>();
  BOOST_TEST((e.after("mamba", 1)[0] >= 0 && e.after("mamba", 1)[0] < .02), e.after("mamba", 1)[0]);
}
