// asks: Is a clean answer forgotten by a model that now answers noisily, or only overwritten?
// takes: 13 minutes on two cores, 10 after noise/three_phase
#include <krait/krait.hpp>
using namespace krait;

// Models, facts and pretraining are those of noise/three_phase, so that each finds what the other has trained.
constexpr int d_model = 96, length = 96;
using models = model::list<
    model::named<"mamba", model::language_model<256, model::mamba_stack<4, mamba_config{.d_model = d_model}>,
                                                rms_norm<d_model>>>,
    model::named<"transformer",
                 model::language_model<256, model::transformer_stack<2, d_model, 6, length>, layer_norm<d_model>>>>;
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>;

using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::charflip<>, noise::wordflip<>, noise::counterfactual, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
    paper::forgotten_or_overwritten, optim::fp32,
    experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>, reading,
    experiment::phase_measures<experiment::state_probe<>>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
