// expect: many_outliers: the share of outliers must be at least 0 and below 1
#include <krait/task/many_outliers.hpp>
using namespace krait;

using impossible = task::many_outliers<task::linear_regression<>, task::many_outliers_config{.share = 1}>;
int main() { return impossible::points; }
