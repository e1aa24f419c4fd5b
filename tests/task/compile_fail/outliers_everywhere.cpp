// expect: outlier_classification: with outliers in all examples there is nothing to learn from
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using impossible = task::outlier_classification<task::outlier_classification_config{
    .test = {.outliers = 1, .irrelevant_scale = .5, .outlier_scale = 2}}>;
int main() { return impossible::points; }
