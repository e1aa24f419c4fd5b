// asks: Is it the number of floats of a Mamba's state that bounds what it keeps of a text?
// takes: 15 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;
using namespace krait::experiment;

template <int Layers, int DState>
using mamba_of = model::language_model<256, model::mamba_stack<Layers, mamba_config{.d_model = 64, .d_state = DState}>,
                                       rms_norm<64>>;

// Four layers of a fourth of the states: as many floats of the SSMs.
using models =
    model::list<model::named<"1 layer x 4", mamba_of<1, 4>>, model::named<"1 layer x 64", mamba_of<1, 64>>,
                model::named<"4 layers x 1", mamba_of<4, 1>>, model::named<"4 layers x 16", mamba_of<4, 16>>>;

using study = reconstruction<
    models, data::plain_text<>, lengths<8, 16, 32>,
    start::list<start::zero, start::of_another, start::ssm_only, start::convolution_only>,
    measures<state_size, fidelity<metric::list<metric::rouge<1>>>,
             linear_probe<linear_probe_config{.texts = 1024, .parts = true}>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{.reading = 1500, .rebuilding = 12000, .alone = .15, .batch = 32, .texts = 256},
    paper::selective_capacity>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
