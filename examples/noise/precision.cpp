// asks: What does keeping weights in bf16 do to what a Mamba learns and unlearns?
// takes: 10 minutes on two cores, 7 after noise/three_phase
#include <krait/krait.hpp>
using namespace krait;

// One model, whose pretraining in fp32 is that of the first model in noise/three_phase, in four precisions.
constexpr int length = 96;
using mamba_lm = model::language_model<256, model::mamba_stack<4, mamba_config{.d_model = 96}>, rms_norm<96>>;
using read_by = model::named<"mamba", mamba_lm>;
using models = model::list<model::kept_in<"fp32", read_by, optim::fp32>, model::kept_in<"bf16", read_by, optim::bf16>,
                           model::kept_in<"bf16 with copies", read_by, optim::bf16_master>,
                           model::kept_in<"bf16 stochastic", read_by, optim::bf16_stochastic>>;
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::charflip<>, noise::wordflip<>>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 100, .relearn = 40, .evaluate_every = 10},
    paper::updates_that_round_away, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
