// expect: outlier_classification: relevant + irrelevant + outliers vectors cannot be orthogonal
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using impossible = task::outlier_classification<task::outlier_classification_config{.dimensions = 18}>;
int main() { return impossible::points; }
