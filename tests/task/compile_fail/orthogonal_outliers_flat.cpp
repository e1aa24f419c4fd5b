// expect: orthogonal_outliers: w, u and v need three dimensions at least
#include <krait/task/orthogonal_outliers.hpp>
using namespace krait;

using impossible = task::orthogonal_outliers<task::orthogonal_outliers_config{.dimensions = 2}>;
int main() { return impossible::points; }
