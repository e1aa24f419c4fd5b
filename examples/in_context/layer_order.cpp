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
template <fixed_string<> Name, class... Mixers>
using order = model::named<Name, model::vector_model<d, 1, chain<Mixers...>, norm>>;
using orders = model::list<
    order<"MMMM", M, M, M, M>, order<"MMMA", M, M, M, A>, order<"MMAM", M, M, A, M>, order<"MMAA", M, M, A, A>,
    order<"MAMM", M, A, M, M>, order<"MAMA", M, A, M, A>, order<"MAAM", M, A, A, M>, order<"MAAA", M, A, A, A>,
    order<"AMMM", A, M, M, M>, order<"AMMA", A, M, M, A>, order<"AMAM", A, M, A, M>, order<"AMAA", A, M, A, A>,
    order<"AAMM", A, A, M, M>, order<"AAMA", A, A, M, A>, order<"AAAM", A, A, A, M>, order<"AAAA", A, A, A, A>>;

using study = experiment::in_context<
    orders, task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 4e-4 : 1e-3, .weight_decay = 0}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 4000, .curriculum = schedule::whole(points, d)},
    paper::in_context_order>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
