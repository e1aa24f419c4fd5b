// asks: How many steps does a one-layer Mamba need, and how many linear attention, as prompts get longer and dirtier?
// takes: 30 seconds on two cores
#include <krait/experiment/outlier_convergence.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/paper/outlier_convergence.hpp>
using namespace krait;

constexpr task::outlier_classification_config published;
constexpr int d = published.dimensions;

using study = experiment::outlier_convergence<model::one_layer<model::mamba_attention<>, d>,
                                              model::one_layer<model::linear_attention_weights, d>, published,
                                              experiment::prompt_lengths<5, 10, 20, 40, 80>,
                                              experiment::outlier_convergence_config{}, paper::outlier_convergence>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
