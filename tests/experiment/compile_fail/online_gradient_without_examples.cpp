// expect: online_gradient: a prompt has at least 1 example
#include <krait/experiment/online_gradient.hpp>
using namespace krait;

using impossible = experiment::online_gradient<experiment::online_gradient_config{.width_length = 0}>;
int main() { return impossible::seeds; }
