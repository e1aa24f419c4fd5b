// asks: Does a Mamba's state lose words because they are rare, if nothing else of them differs?
// takes: 11 minutes on two cores (an estimate from one seed)
#include <krait/krait.hpp>
using namespace krait;
using namespace krait::experiment;

// One model, and two texts to read: where one has a word of a pair, the other nearly always has the other word.
using mamba_model = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 64}>, rms_norm<64>>;
using text = data::swapped_words<>;
using models =
    model::list<model::named<"first words common", mamba_model>, model::named<"second words common", mamba_model>>;

using study = reconstruction<
    models, text, lengths<8, 16, 32>, start::list<start::of_another>,
    measures<swapped_memory<text, lengths<8, 16, 32>>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{.reading = 3000, .rebuilding = 6000, .alone = 1, .batch = 16, .seeds = 3},
    paper::selective_cause>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
