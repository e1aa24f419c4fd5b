// expect: query_regression: the dimensions d of x must be at least 1
#include <krait/task/query_regression.hpp>
using namespace krait;

using impossible = task::query_regression<0>;
int main() { return impossible::dimensions; }
