// asks: Does a Mamba learn linear regression in context, and how near does it come to least squares?
// takes: 5 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 5, points = full ? 41 : 16, d_model = 128;

using linear_functions = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}>;
using mamba_model =
    model::vector_model<d, 1, model::mamba_stack<4, mamba_config{.d_model = d_model}, layer_norm<d_model>>,
                        layer_norm<d_model>>;

constexpr schedule::curriculum_config growing{.points = {.start = 11, .end = points, .increment = 2, .interval = 2000},
                                              .dimensions = {.start = 5, .end = d, .increment = 1, .interval = 2000}};

using study = experiment::in_context<
    model::list<model::named<"mamba", mamba_model>>, linear_functions,
    task::baseline::list<task::baseline::least_squares, task::baseline::zero>,
    optim::adamw<optim::adamw_config{.lr = full ? 1e-4 : 1e-3, .weight_decay = 0, .clip_norm = 10}>,
    schedule::constant<>,
    experiment::in_context_config{.steps = full ? 500'000 : 4000,
                                  .curriculum = full ? growing : schedule::whole(points, d)},
    paper::in_context_regression>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
