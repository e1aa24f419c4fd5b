// asks: What does a one-layer Mamba learn that makes it blind to outliers?
// takes: 2 seconds
#include <krait/experiment/outlier_mechanism.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/paper/outlier_mechanism.hpp>
using namespace krait;

using prompts = task::outlier_classification<>;  // the published sizes
using study = experiment::outlier_mechanism<model::one_layer<model::mamba_attention<>, prompts::dimensions>, prompts,
                                            experiment::outlier_mechanism_config{}, paper::outlier_mechanism>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
