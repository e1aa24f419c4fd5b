// asks: Is it sub-word tokens that make reversed letters destroy and reversed words spare?
// takes: 12 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr int d_model = 96, length = 96;

template <int Vocabulary>
using mamba_over =
    model::language_model<Vocabulary, model::mamba_stack<4, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
template <int Vocabulary>
using transformer_over =
    model::language_model<Vocabulary, model::transformer_stack<2, d_model, 6, length>, layer_norm<d_model>>;
using sub_words = tokenizer::own_bpe<512>;
using models = model::list<model::named<"mamba", mamba_over<256>>, model::named<"transformer", transformer_over<256>>,
                           experiment::reads<"mamba bpe", mamba_over<sub_words::vocabulary>, sub_words>,
                           experiment::reads<"transformer bpe", transformer_over<sub_words::vocabulary>, sub_words>>;

// As noise/three_phase, whose models over bytes stand beside those over sub-words.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 10}>;

using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::charflip<>, noise::wordflip<>, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 40, .noise = 160, .relearn = 40, .evaluate_every = 20},
    paper::learn_unlearn_retain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    reading>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
