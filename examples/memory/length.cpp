// asks: How much of a text does a Mamba's state keep, as texts get longer and models larger?
// takes: 15 minutes on two cores
#include <krait/experiment/reconstruction.hpp>
#include <krait/krait.hpp>
#include <krait/metric/rouge.hpp>
#include <krait/paper/selective_memory.hpp>
using namespace krait;
using namespace krait::experiment;

template <int D, int Blocks>
using mamba_lm = model::language_model<256, model::mamba_stack<Blocks, mamba_config{.d_model = D}>, rms_norm<D>>;

using study = reconstruction<
    model::list<model::named<"small", mamba_lm<64, 2>>, model::named<"large", mamba_lm<128, 2>>>, data::plain_text<>,
    lengths<4, 8, 16, 32, 64, 128, 256>,
    start::list<start::zero, start::of_another, start::ssm_only, start::convolution_only, start::layer_alone<1>,
                start::layer_alone<2>, start::without_layer<1>, start::without_layer<2>>,
    metric::list<metric::rouge<1>, metric::rouge<1, metric::rouge_config{.part = metric::rouge_part::precision}>,
                 metric::rouge<1, metric::rouge_config{.part = metric::rouge_part::recall}>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 50}>,
    reconstruction_config{.reading = 2000, .rebuilding = 12000, .alone = .15, .batch = 8}, paper::selective_memory>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
