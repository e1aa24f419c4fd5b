// asks: Which models find the two coordinates whose product is the answer?
// takes: 25 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

// At the published shapes (d = 10, 140 points) no model leaves the plateau of the loss within a quarter of an hour.
constexpr bool full = program::paper_scale;
constexpr int d = full ? 10 : 6, points = full ? 140 : 30, width = full ? 256 : 64, blocks = full ? 24 : 4;
constexpr mamba_config block{.d_model = width};

using parity = task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>;
template <class Layers> using of = model::vector_model<d, 1, Layers, layer_norm<width>>;

using study = experiment::in_context<
    model::list<model::named<"transformer", of<model::transformer_stack<blocks / 2, width, 8, 2 * points>>>,
                model::named<"mamba", of<model::mamba_stack<blocks, block, layer_norm<width>>>>,
                model::named<"mambaformer", of<model::mambaformer<blocks / 2, block, 8>>>>,
    parity, task::baseline::list<>, optim::adamw<optim::adamw_config{.lr = full ? 4e-4 : 1e-3, .weight_decay = 0}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 4000, .curriculum = schedule::whole(points, d)},
    paper::in_context_marks>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
