// expect: outlier_classification: K must be in [0, 1/2] in training
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using impossible = task::outlier_classification<task::outlier_classification_config{
    .training = {.outliers = .6, .irrelevant_scale = .6, .outlier_scale = 2}}>;
int main() { return impossible::points; }
