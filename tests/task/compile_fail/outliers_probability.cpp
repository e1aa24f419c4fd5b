// expect: outlier_classification: a probability is outside [0, 1]
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using impossible = task::outlier_classification<task::outlier_classification_config{
    .training = {.outliers = -.1, .irrelevant_scale = .5, .outlier_scale = 2}}>;
int main() { return impossible::points; }
