// asks: Which models give back the value of a key that stood anywhere in the prompt?
// takes: 12 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 8, pairs = full ? 32 : 16, queries = 4, width = full ? 128 : 64, blocks = 4;
constexpr mamba_config block{.d_model = width};

using recall = task::mqar<task::mqar_config{.dimensions = d, .pairs = pairs, .queries = queries}>;
template <class Layers> using of = model::vector_model<d, d, Layers, layer_norm<width>>;

using study = experiment::in_context<
    model::list<model::named<"transformer", of<model::transformer_stack<blocks / 2, width, 8, recall::tokens>>>,
                model::named<"mamba", of<model::mamba_stack<blocks, block, layer_norm<width>>>>,
                model::named<"mambaformer", of<model::mambaformer<blocks / 2, block, 8>>>>,
    recall, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 2e-4 : 1e-3, .weight_decay = 0, .clip_norm = full ? 100 : 1}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 3000, .curriculum = schedule::whole(queries, d)},
    paper::in_context_marks>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
