// asks: Does a Mamba unlearn noise as a transformer does?
// takes: 12 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

// --scale paper: the sizes of Mamba-130M and GPT-2, over bytes
constexpr bool full = program::paper_scale;
constexpr int d_model = full ? 768 : 128, blocks = full ? 24 : 4, pairs = full ? 12 : 2, heads = full ? 12 : 8,
              length = 96;

using mamba_lm =
    model::language_model<256, model::mamba_stack<blocks, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
using transformer_lm =
    model::language_model<256, model::transformer_stack<pairs, d_model, heads, length>, layer_norm<d_model>>;

// Before phase 1 both read statements of all facts, until they answer half of the questions that are not trained on.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .5, .most = 2000, .every = 25}>;

using study = experiment::three_phase<
    model::list<model::named<"mamba", mamba_lm>, model::named<"transformer", transformer_lm>>,
    data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::charflip<>, noise::wordflip<>, noise::none>,  // in turn, from one phase 1; none is the control
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 50, .noise = 100, .relearn = 50, .evaluate_every = 25},
    paper::learn_unlearn_retain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    reading>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
