// expect: outlier_classification: a prompt needs at least one example
#include <krait/task/outlier_classification.hpp>
using namespace krait;

using impossible = task::outlier_classification<task::outlier_classification_config{.examples = 0}>;
int main() { return impossible::points; }
