// asks: What does learning linear regression in context cost a Mamba and a transformer in FLOPs, and at which size?
// takes: 13 minutes on two cores (an estimate)
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 5, points = full ? 41 : 16;

template <int Width, int Blocks>
using mamba_of =
    model::vector_model<d, 1, model::mamba_stack<Blocks, mamba_config{.d_model = Width}, layer_norm<Width>>,
                        layer_norm<Width>>;
template <int Width, int Blocks>  // attention and feed-forward are a block each
using transformer_of =
    model::vector_model<d, 1, model::transformer_stack<Blocks / 2, Width, Width / 16, 2 * points>, layer_norm<Width>>;

using study = experiment::in_context<
    model::list<model::named<"mamba 16x2", mamba_of<16, 2>>, model::named<"mamba 16x4", mamba_of<16, 4>>,
                model::named<"mamba 32x2", mamba_of<32, 2>>, model::named<"mamba 32x4", mamba_of<32, 4>>,
                model::named<"mamba 64x2", mamba_of<64, 2>>, model::named<"mamba 64x4", mamba_of<64, 4>>,
                model::named<"transformer 16x2", transformer_of<16, 2>>,
                model::named<"transformer 16x4", transformer_of<16, 4>>,
                model::named<"transformer 32x2", transformer_of<32, 2>>,
                model::named<"transformer 32x4", transformer_of<32, 4>>,
                model::named<"transformer 64x2", transformer_of<64, 2>>,
                model::named<"transformer 64x4", transformer_of<64, 4>>>,
    task::linear_regression<task::linear_regression_config{.dimensions = d, .points = points}>, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 1e-4 : 1e-3, .weight_decay = 0, .clip_norm = 10}>,
    schedule::constant<schedule::warmup_config{.warmup = 100}>,
    experiment::in_context_config{
        .steps = full ? 500'000 : 3000, .keep_every = 10, .curriculum = schedule::whole(points, d)},
    paper::in_context_flops>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
