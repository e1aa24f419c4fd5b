// asks: How many pairs does a Mamba's state hold, and does a MambaFormer need it?
// takes: 4 hours on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 8, width = full ? 128 : 64, blocks = 4, queries = 4, room = full ? 516 : 68;

template <class Layers> using of = model::vector_model<d, d, Layers, layer_norm<width>>;
constexpr mamba_config small{.d_model = width, .d_state = 4}, medium{.d_model = width, .d_state = 16},
    large{.d_model = width, .d_state = 64};
using models = model::list<model::named<"mamba 4", of<model::mamba_stack<blocks, small, layer_norm<width>>>>,
                           model::named<"mamba 16", of<model::mamba_stack<blocks, medium, layer_norm<width>>>>,
                           model::named<"mamba 64", of<model::mamba_stack<blocks, large, layer_norm<width>>>>,
                           model::named<"mambaformer 4", of<model::mambaformer<blocks / 2, small, 8>>>,
                           model::named<"mambaformer 16", of<model::mambaformer<blocks / 2, medium, 8>>>,
                           model::named<"mambaformer 64", of<model::mambaformer<blocks / 2, large, 8>>>>;

// The same optimiser type at every rate, and the same layout for any number of pairs: models compile once.
constexpr int low = 30, middle = 100, high = 300;  // % of the optimiser's rate
template <class Task, int Rate>
using on = experiment::in_context<
    models, Task, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 2e-4 : 1e-3, .weight_decay = 0, .clip_norm = 1}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 2000,
                                  .keep_every = 100,
                                  .curriculum = schedule::whole(queries, d),
                                  .rate = Rate / 100.,
                                  .room = room}>;

using few = task::mqar<task::mqar_config{.dimensions = d, .pairs = full ? 16 : 8, .queries = queries}>;
using some = task::mqar<task::mqar_config{.dimensions = d, .pairs = full ? 64 : 16, .queries = queries}>;
using many = task::mqar<task::mqar_config{.dimensions = d, .pairs = full ? 256 : 32, .queries = queries}>;
using study = experiment::in_context_tasks<
    paper::in_context_capacity, on<renamed<"few pairs, low rate", few>, low>, on<renamed<"few pairs", few>, middle>,
    on<renamed<"few pairs, high rate", few>, high>, on<renamed<"some pairs, low rate", some>, low>,
    on<renamed<"some pairs", some>, middle>, on<renamed<"some pairs, high rate", some>, high>,
    on<renamed<"many pairs, low rate", many>, low>, on<renamed<"many pairs", many>, middle>,
    on<renamed<"many pairs, high rate", many>, high>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
