// asks: Where does a one-layer Mamba stop bearing outliers, and which guessed setting matters?
// takes: 2 minutes on two cores
#include <krait/experiment/outlier_beyond.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/paper/outlier_beyond.hpp>
using namespace krait;
using experiment::outlier_model, train::descent;

using prompts = task::outlier_classification<>;  // the published sizes
constexpr int d = prompts::dimensions;
constexpr descent as_mamba{.rate = .1};

template <class Attention> using one_layer = model::one_layer<Attention, d>;
template <int Inner> using mamba = model::one_layer<model::mamba_attention<>, d, Inner>;

using models = model::list<
    outlier_model<"mamba", mamba<d + 1>, as_mamba>,
    outlier_model<"linear transformer", one_layer<model::linear_attention_weights>,
                  descent{.rate = .01, .steps = 2000}>,
    outlier_model<"softmax transformer", one_layer<model::softmax_attention>, descent{.rate = .1, .steps = 2000}>,
    outlier_model<"gated linear attention", one_layer<model::gated_linear_attention<>>, descent{.rate = .01}>,
    outlier_model<"A = -0.25 I", one_layer<model::mamba_attention<model::decay_config{.25}>>, as_mamba>,
    outlier_model<"A = -0.5 I", one_layer<model::mamba_attention<model::decay_config{.5}>>, as_mamba>,
    outlier_model<"A = -2 I", one_layer<model::mamba_attention<model::decay_config{2}>>, as_mamba>,
    outlier_model<"A = -4 I", one_layer<model::mamba_attention<model::decay_config{4}>>, as_mamba>,
    outlier_model<"m = 16 states", mamba<16>, as_mamba>, outlier_model<"m = 62 states", mamba<62>, as_mamba>>;

using study = experiment::outlier_beyond<models, prompts, 20'000, paper::outlier_beyond>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
