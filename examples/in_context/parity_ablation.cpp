// asks: Which part of a Mamba block learns parity: convolution, gate or selection?
// takes: 1 hour on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int d = full ? 10 : 6, points = full ? 140 : 30, width = full ? 256 : 64, blocks = full ? 24 : 4;
using norm = layer_norm<width>;
template <class Mixer> using of = model::vector_model<d, 1, repeat<blocks, residual<norm, Mixer>>, norm>;

// Mamba-1, whose block without selection is S4-Mamba's; and Mamba-2, whose gate can be left out.
using whole = mamba<mamba_config{.d_model = width}>;
using no_convolution = mamba<mamba_config{.d_model = width, .d_conv = 1}>;
using no_selection = s4_mamba<s4_mamba_config{.d_model = width, .silu_gate = true}>;

template <int Conv, bool Gate>
using second = mamba2<mamba2_config{.d_model = width, .d_state = 16, .d_conv = Conv, .head_width = 16, .gate = Gate}>;

using study = experiment::in_context<
    model::list<model::named<"mamba", of<whole>>, model::named<"mamba without convolution", of<no_convolution>>,
                model::named<"mamba without selection", of<no_selection>>, model::named<"mamba2", of<second<4, true>>>,
                model::named<"mamba2 without convolution", of<second<1, true>>>,
                model::named<"mamba2 without gate", of<second<4, false>>>,
                model::named<"mamba2 without convolution and gate", of<second<1, false>>>>,
    task::sparse_parity<task::sparse_parity_config{.dimensions = d, .points = points}>, task::baseline::list<>,
    optim::adamw<optim::adamw_config{.lr = full ? 4e-4 : 1e-3, .weight_decay = 0}>,
    schedule::constant<schedule::warmup_config{.warmup = 200}>,
    experiment::in_context_config{.steps = full ? 500'000 : 4000, .curriculum = schedule::whole(points, d)},
    paper::in_context_ablation>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
