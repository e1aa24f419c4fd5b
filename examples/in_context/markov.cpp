// asks: Does one layer of Mamba predict Markov chains as who counts and adds one?
// takes: 12 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

// --scale paper: the steps and sequences of the recorded runs
constexpr bool full = program::paper_scale;
constexpr int width = 8, states = 8;

template <class Mixer>
using with = model::language_model<
    2,
    chain<residual<layer_norm<width>, Mixer>,
          residual<layer_norm<width>, gated_feed_forward<gated_feed_forward_config{width, 4 * width}>>>,
    layer_norm<width>, model::own_head<>>;
/// One head, no skip, a LayerNorm before the gate.
template <int Window>
using mamba_2 = with<mamba2<mamba2_config{.d_model = width,
                                          .d_state = states,
                                          .d_conv = Window,
                                          .head_width = 2 * width,
                                          .skip = false,
                                          .norm = gated_norm_kind::layer_norm_before_gate}>>;
using mamba_1 = with<mamba<mamba_config{.d_model = width, .d_state = states, .d_conv = 5}>>;

using study =
    experiment::markov<model::list<model::named<"mamba-2 w5", mamba_2<5>>, model::named<"mamba-2 w3", mamba_2<3>>,
                                   model::named<"mamba-2 w1", mamba_2<1>>, model::named<"mamba-1 w5", mamba_1>>,
                       experiment::markov_orders<1, 2, 3, 4>,
                       optim::adamw<optim::adamw_config{
                           .lr = full ? 2e-3 : 5e-3, .beta1 = .9, .beta2 = .95, .weight_decay = 1e-3, .clip_norm = 1}>,
                       schedule::cosine<schedule::warmup_config{.warmup = full ? 160 : 40}>,
                       experiment::markov_study_config{
                           .steps = full ? 8000 : 3000, .batch = full ? 64 : 16, .tests = full ? 640 : 320},
                       paper::markov>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
