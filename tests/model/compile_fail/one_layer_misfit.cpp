// expect: one_layer_atoms: the patterns have other dimensions than the model
#include <krait/kernel/one_layer/atoms.hpp>
#include <krait/model/one_layer.hpp>
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using prompts = task::outlier_classification<>;
using misfit = kernel::one_layer_atoms<model::one_layer<model::mamba_attention<>, 29>, float, prompts::patterns<float>,
                                       prompts::points>;
int main() { return misfit::atoms; }
