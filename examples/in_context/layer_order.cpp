// asks: Is it Mamba in the first place that lets a hybrid learn parity?
// takes: 3 hours on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 10 : 6, points = full ? 140 : 30, width = full ? 256 : 64;
using norm = layer_norm<width>;
using M = residual<norm, mamba<mamba_config{.d_model = width}>>;
using A = residual<norm, model::hybrid_attention<width, 8>>;

// All orders of four mixers, without positions.
template <class... Mixers> using of = model::vector_model<d, 1, chain<Mixers...>, norm>;
using orders = model::list<
    model::named<"MMMM", of<M, M, M, M>>, model::named<"MMMA", of<M, M, M, A>>, model::named<"MMAM", of<M, M, A, M>>,
    model::named<"MMAA", of<M, M, A, A>>, model::named<"MAMM", of<M, A, M, M>>, model::named<"MAMA", of<M, A, M, A>>,
    model::named<"MAAM", of<M, A, A, M>>, model::named<"MAAA", of<M, A, A, A>>, model::named<"AMMM", of<A, M, M, M>>,
    model::named<"AMMA", of<A, M, M, A>>, model::named<"AMAM", of<A, M, A, M>>, model::named<"AMAA", of<A, M, A, A>>,
    model::named<"AAMM", of<A, A, M, M>>, model::named<"AAMA", of<A, A, M, A>>, model::named<"AAAM", of<A, A, A, M>>,
    model::named<"AAAA", of<A, A, A, A>>>;

using study = experiment::in_context<
    orders, task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 4e-4 : 1e-3, .weight_decay = 0}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 4000, .curriculum = schedule::whole(points, d)},
    paper::in_context_order>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
