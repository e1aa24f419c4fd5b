// asks: At equal floats, what does the state of a Mamba, an S4D and a transformer's last pairs keep of a text?
// takes: 11 minutes on two cores (an estimate from one seed)
#include <krait/krait.hpp>
using namespace krait;
using namespace krait::experiment;

// 2,432 floats a layer each: 128 channels of 16 states and a convolution's last 3 inputs; 64 channels of 38 states; 19
// keys and values of 64.
using mamba_model = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 64}>, rms_norm<64>>;
using s4d_model = model::language_model<256, model::s4_stack<2, s4d_config{.d_model = 64, .d_state = 38}, rms_norm<64>>,
                                        rms_norm<64>>;
using transformer = model::llama<model::decoder_config{.vocabulary = 256, .d_model = 64, .layers = 2, .heads = 4}>;

using models = model::list<model::named<"mamba", mamba_model>, model::named<"s4d", s4d_model>,
                           model::named<"transformer", transformer>>;

using study = reconstruction<
    models, data::plain_text<>, lengths<8, 16, 64>,
    start::list<start::zero, start::of_another, start::layer_alone<1>, start::layer_alone<2>>,
    measures<state_size, token_ages, fidelity<metric::list<metric::rouge<1>>>,
             linear_probe<linear_probe_config{.texts = 1024}>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{
        .reading = 1500, .rebuilding = 6000, .alone = .15, .batch = 8, .texts = 256, .pairs = 19, .seeds = 3},
    paper::selective_architectures>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
