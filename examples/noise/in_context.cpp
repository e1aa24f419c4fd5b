// asks: Do models take up noise from five examples in the prompt, without training?
// takes: 15 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr int d_model = 128, length = 256;
using sub_words = tokenizer::own_bpe<512>;
using mamba_lm = model::language_model<sub_words::vocabulary, model::mamba_stack<4, mamba_config{.d_model = d_model}>,
                                       rms_norm<d_model>>;
using transformer_lm =
    model::language_model<sub_words::vocabulary, model::transformer_stack<2, d_model, 8, length>, layer_norm<d_model>>;
using models = model::list<experiment::reads<"mamba", mamba_lm, sub_words>,
                           experiment::reads<"transformer", transformer_lm, sub_words>,
                           experiment::meets_noise<"mamba noise met", mamba_lm, sub_words>,
                           experiment::meets_noise<"transformer noise met", transformer_lm, sub_words>>;

using warm_cosine = schedule::cosine<schedule::warmup_config{.warmup = 20}>;
using study = experiment::noise_in_context<
    models, data::stated_facts<data::stated_facts_config{.count = 0, .kinds = 2, .longest = 80}>,
    noise::list<noise::charflip<>, noise::wordflip<>>,
    optim::adamw<optim::adamw_config{.lr = 1e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::noise_in_context_config{.length = length}, paper::noise_from_examples, optim::fp32,
    experiment::ask_held_out<experiment::ask_held_out_config{.share = .5}>,
    experiment::pretraining<warm_cosine, experiment::pretraining_config{.level = .4, .most = 2000, .every = 25}>>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
