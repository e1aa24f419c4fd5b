// asks: How well does a small Mamba learn to write, beside a Llama, over bytes and over sub-words?
// takes: 10 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

constexpr int d_model = 128;
using sub_words = tokenizer::own_bpe<2048>;

template <int Vocabulary>
using mamba_over =
    model::language_model<Vocabulary, model::mamba_stack<4, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
using llama = model::llama<model::decoder_config{
    .vocabulary = 256, .d_model = d_model, .layers = 2, .heads = 4, .d_hidden = 344}>;

// Text of your own: --data FOLDER, with .txt files. The weights go on with --weights out/text/train/checkpoint/NAME.
using study = experiment::language_modelling<
    model::list<model::named<"mamba", mamba_over<256>>, model::named<"llama", llama>,
                experiment::reads<"mamba bpe", mamba_over<sub_words::vocabulary>, sub_words>>,
    data::plain_text<>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>, experiment::language_modelling_config{.steps = 1500},
    paper::language_modelling>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
