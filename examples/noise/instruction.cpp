// asks: Does instruction tuning before the noise change what comes back?
// takes: 15 minutes on two cores, 12 after noise/three_phase
#include <krait/krait.hpp>
using namespace krait;

constexpr int length = 96;
using mamba_model = model::language_model<256, model::mamba_stack<4, mamba_config{.d_model = 96}>, rms_norm<96>>;
using transformer_model = model::language_model<256, model::transformer_stack<2, 96, 6, length>, layer_norm<96>>;

// What is built in of other kinds, as questions to be answered and as text to be read.
using others = data::facts<data::facts_config{.count = 0, .longest = 80}>;
using instructions = experiment::tuning<others, experiment::tuning_config{.steps = 100}>;
using more_text = experiment::tuning<others, experiment::tuning_config{.steps = 100, .answers = false}>;

using mamba_lm = model::named<"mamba", mamba_model>;
using transformer_lm = model::named<"transformer", transformer_model>;
using models = model::list<mamba_lm, experiment::tuned<"mamba instructed", mamba_lm, instructions>,
                           experiment::tuned<"mamba reads on", mamba_lm, more_text>, transformer_lm,
                           experiment::tuned<"transformer instructed", transformer_lm, instructions>,
                           experiment::tuned<"transformer reads on", transformer_lm, more_text>>;

// As noise/three_phase, whose pretraining serves here.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::wordflip<>, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
    paper::recovery_after_tuning, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
