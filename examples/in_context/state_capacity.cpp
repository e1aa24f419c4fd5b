// asks: How many pairs does a Mamba's state hold, and does a MambaFormer need it?
// takes: 5 hours on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 8, width = full ? 128 : 64, blocks = 4, queries = 4, room = full ? 516 : 68;

template <class Layers> using of = model::vector_model<d, d, Layers, layer_norm<width>>;
template <int States> struct block { static constexpr mamba_config of{.d_model = width, .d_state = States}; };
template <fixed_string<> Name, int States>
using mamba_of = model::named<Name, of<model::mamba_stack<blocks, block<States>::of, layer_norm<width>>>>;
template <fixed_string<> Name, int States>
using mambaformer_of = model::named<Name, of<model::mambaformer<blocks / 2, block<States>::of, 8>>>;
using models = model::list<mamba_of<"mamba 4", 4>, mamba_of<"mamba 16", 16>, mamba_of<"mamba 64", 64>,
                           mambaformer_of<"mambaformer 4", 4>, mambaformer_of<"mambaformer 16", 16>,
                           mambaformer_of<"mambaformer 64", 64>>;

// The same optimiser type at every rate, and the same layout for any number of pairs: models compile once.
struct sweep {
  static constexpr double low = .3, middle = 1, high = 3;
};
template <fixed_string<> Name, int Pairs, double Rate>
using on = experiment::in_context<
    models, renamed<Name, task::mqar<task::mqar_config{.dimensions = d, .pairs = Pairs, .queries = queries}>>,
    task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 2e-4 : 1e-3, .weight_decay = 0, .clip_norm = 1}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 2000,
                                  .keep_every = 100,
                                  .curriculum = schedule::whole(queries, d),
                                  .rate = Rate,
                                  .room = room}>;

constexpr int few = full ? 16 : 8, some = full ? 64 : 16, many = full ? 256 : 32;
using study =
    experiment::in_context_tasks<paper::in_context_capacity, on<"few pairs, low rate", few, sweep::low>,
                                 on<"few pairs", few, sweep::middle>, on<"few pairs, high rate", few, sweep::high>,
                                 on<"some pairs, low rate", some, sweep::low>, on<"some pairs", some, sweep::middle>,
                                 on<"some pairs, high rate", some, sweep::high>,
                                 on<"many pairs, low rate", many, sweep::low>, on<"many pairs", many, sweep::middle>,
                                 on<"many pairs, high rate", many, sweep::high>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
