// expect: sparse_linear_regression: the nonzero coordinates must be from 1 to dimensions
#include <krait/task/sparse_linear_regression.hpp>
using namespace krait;

using impossible = task::sparse_linear_regression<task::sparse_linear_regression_config{.dimensions = 3, .nonzero = 4}>;
int main() { return impossible::points; }
