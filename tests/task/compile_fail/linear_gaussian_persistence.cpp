// expect: linear_gaussian: persistence lies between 0 and 1
#include <krait/task/linear_gaussian.hpp>
using namespace krait;

using impossible = task::linear_gaussian<task::linear_gaussian_config{.correlation = .5, .persistence = .5}>;
int main() { return impossible::states; }
