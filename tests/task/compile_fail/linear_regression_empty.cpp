// expect: task: dimensions and points must be positive
// expect: linear_regression: dimensions and points must be positive
#include <krait/task/linear_regression.hpp>
using namespace krait;

using impossible = task::linear_regression<task::linear_regression_config{.points = 0}>;
int main() { return impossible::points; }
