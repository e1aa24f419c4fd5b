// asks: How much of a text does a Mamba's state keep, as texts get longer and models larger?
// takes: 14 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;
using namespace krait::experiment;

using small = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 64}>, rms_norm<64>>;
using large = model::language_model<256, model::mamba_stack<2, mamba_config{.d_model = 128}>, rms_norm<128>>;

// What a state is worth without some of it, or with nothing of the text in it.
using controls =
    start::list<start::zero, start::of_another, start::ssm_only, start::convolution_only, start::layer_alone<1>,
                start::layer_alone<2>, start::without_layer<1>, start::without_layer<2>>;

using scores =
    metric::list<metric::rouge<1>, metric::rouge<1, metric::rouge_config{.part = metric::rouge_part::precision}>,
                 metric::rouge<1, metric::rouge_config{.part = metric::rouge_part::recall}>>;

using study = reconstruction<
    model::list<model::named<"small", small>, model::named<"large", large>>, data::plain_text<>,
    lengths<4, 8, 16, 32, 64, 128, 256>, controls, measures<fidelity<scores>, linear_probe<>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{.reading = 1500, .rebuilding = 12000, .alone = .15, .batch = 8, .texts = 64},
    paper::selective_memory>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
