// asks: Does a larger Mamba lose less to reversed words?
// takes: 20 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr bool full = program::paper_scale;
constexpr int length = 96;

/// Of one depth; --scale paper: of the width of Mamba-130M, half of it and twice that.
template <int Width>
using mamba_of =
    model::language_model<256, model::mamba_stack<full ? 24 : 4, mamba_config{.d_model = Width}>, rms_norm<Width>>;
using models =
    model::list<model::named<"small", mamba_of<full ? 384 : 48>>, model::named<"middle", mamba_of<full ? 768 : 96>>,
                model::named<"large", mamba_of<full ? 1536 : 144>>>;

// As noise/three_phase: all know as much before phase 1.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>;

using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::wordflip<>, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
    paper::wordflip_by_size, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    reading>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
