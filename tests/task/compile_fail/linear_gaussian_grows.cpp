// expect: linear_gaussian: radius lies between 0 and 1, or the states grow
#include <krait/task/linear_gaussian.hpp>
using namespace krait;

using impossible = task::linear_gaussian<task::linear_gaussian_config{.radius = 1}>;
int main() { return impossible::states; }
