// asks: How many outliers in its prompt does a one-layer Mamba bear, and how many does linear attention?
// takes: 10 seconds on two cores
#include <krait/experiment/outlier_fraction.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/paper/outlier_fraction.hpp>
using namespace krait;
using experiment::outlier_model, train::descent;

using prompts = task::outlier_classification<>;  // the published sizes
constexpr int d = prompts::dimensions;

using models =
    model::list<outlier_model<"mamba", model::one_layer<model::mamba_attention<>, d>, descent{.rate = .1}>,
                outlier_model<"linear transformer", model::one_layer<model::linear_attention_weights, d>,
                              descent{.rate = .01, .steps = 2000}>,
                outlier_model<"softmax transformer", model::one_layer<model::softmax_attention, d>,
                              descent{.rate = .1, .steps = 2000}>,
                outlier_model<"softmax, trained on", model::one_layer<model::softmax_attention, d>, descent{.rate = 1}>,
                outlier_model<"gated linear attention", model::one_layer<model::gated_linear_attention<>, d>,
                              descent{.rate = .01}>>;

using study =
    experiment::outlier_fraction<models, prompts, experiment::outlier_fraction_config{}, paper::outlier_fraction>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
