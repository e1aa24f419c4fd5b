// asks: Do the examples that a model needs follow the dimensions that matter, and not all that there are?
// takes: 20 minutes on two cores
#include <krait/experiment/in_context_tasks.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/single_index.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/baseline/kernel_ridge.hpp>
#include <krait/task/baseline/two_layer_network.hpp>
#include <krait/task/single_index.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int points = full ? 101 : 41, width = full ? 256 : 64, blocks = full ? 12 : 4;
namespace baseline = task::baseline;

template <int D, class Layers> using over = model::vector_model<D, 1, Layers, layer_norm<width>>;
template <int D>
using models = model::list<
    model::named<"mamba", over<D, model::mamba_stack<blocks, mamba_config{.d_model = width}, layer_norm<width>>>>,
    model::named<"transformer", over<D, model::transformer_stack<blocks / 2, width, 4, 2 * points>>>>;

template <int D, int R, fixed_string<> Name>
using on = experiment::in_context<
    models<D>,
    renamed<Name, task::single_index<task::single_index_config{.dimensions = D, .points = points, .relevant = R}>>,
    baseline::list<baseline::named<"kernel ridge", baseline::kernel_ridge<baseline::kernel_ridge_config{.alpha = .1}>>,
                   baseline::named<"kernel ridge of r", baseline::kernel_ridge<baseline::kernel_ridge_config{
                                                            .alpha = .1, .coordinates = R}>>,
                   baseline::two_layer_network<baseline::two_layer_network_config{.hidden = 32}>>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .weight_decay = 0, .clip_norm = 10}>, schedule::cosine<>,
    experiment::in_context_config{
        .steps = full ? 100'000 : 6000, .prompts = 1024, .curriculum = schedule::whole(points, D)}>;

using study = experiment::in_context_tasks<paper::single_index, on<16, 4, "d 16, r 4">, on<16, 8, "d 16, r 8">,
                                           on<32, 8, "d 32, r 8">>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
