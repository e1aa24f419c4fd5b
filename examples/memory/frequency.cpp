// asks: Does a Mamba's state lose rare words, or does its decoder only write them less readily?
// takes: 14 minutes on two cores, 2 after memory/length
#include <krait/krait.hpp>
using namespace krait;
using namespace krait::experiment;

// Models and training are those of memory/length, so that each finds what the other has trained.
using small = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 64}>, rms_norm<64>>;
using large = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 128}>, rms_norm<128>>;

using study = reconstruction<
    model::list<model::named<"small", small>, model::named<"large", large>>, data::plain_text<>,
    lengths<4, 8, 16, 32, 64, 128, 256>, start::list<start::of_another>,
    measures<word_rarity<tagged_words, lengths<16, 32, 64>>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{.reading = 1500, .rebuilding = 12000, .alone = .15, .batch = 8, .texts = 64},
    paper::selective_rarity>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
