// asks: What does each of eight kinds of noise take from a Mamba and a transformer, over bytes and over sub-words?
// takes: 2 hours on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr int d_model = 128, length = 224;  // letters of Devanagari take three bytes

template <int Vocabulary>
using mamba_over =
    model::language_model<Vocabulary, model::mamba_stack<4, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
template <int Vocabulary>
using transformer_over =
    model::language_model<Vocabulary, model::transformer_stack<2, d_model, 8, length>, layer_norm<d_model>>;
using sub_words = tokenizer::own_bpe<1024>;
using models = model::list<model::named<"mamba", mamba_over<256>>, model::named<"transformer", transformer_over<256>>,
                           experiment::reads<"mamba bpe", mamba_over<sub_words::vocabulary>, sub_words>,
                           experiment::reads<"transformer bpe", transformer_over<sub_words::vocabulary>, sub_words>>;

// As noise/three_phase, but for all kinds of facts, to a higher level, and with longer phases and more noises.
using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using reading =
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .6, .most = 5000, .every = 50}>;
using transliteration = noise::named<"transliteration", noise::transliteration<noise::scheme::icu>>;
using study = experiment::three_phase<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .longest = 96}>,
    noise::list<noise::charflip<>, noise::wordflip<>, transliteration, noise::counterfactual, noise::irrelevant,
                noise::word_shuffle<>, noise::char_drop<.3>, noise::char_substitution<.3>, noise::none>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    warm_cosine, metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::three_phase_config{.length = length, .learn = 100, .noise = 150, .relearn = 100, .evaluate_every = 25},
    paper::learn_unlearn_retain, optim::fp32, experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    reading>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
