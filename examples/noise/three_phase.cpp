// asks: Does a Mamba unlearn noise as a transformer does?
// takes: 10 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

// --scale paper: the sizes of Mamba-130M and GPT-2
constexpr bool full = program::paper_scale;
constexpr int d_model = full ? 768 : 96, blocks = full ? 24 : 4, pairs = full ? 12 : 2, heads = full ? 12 : 6,
              length = 96;

using mamba_model =
    model::language_model<256, model::mamba_stack<blocks, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
using transformer_model =
    model::language_model<256, model::transformer_stack<pairs, d_model, heads, length>, layer_norm<d_model>>;
using models = model::list<model::named<"mamba", mamba_model>, model::named<"transformer", transformer_model>>;

// Before phase 1 all read statements of all facts, until they answer enough of the questions that are not trained on.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>;

using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    // In turn, from one phase 1; none is the control.
    noise::list<noise::charflip<>, noise::wordflip<>, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
    paper::learn_unlearn_retain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    reading>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
