// expect: gating: labels are flipped with a probability of at least 0 and below 1/2
#include <krait/experiment/gating.hpp>
using namespace krait;

using impossible = experiment::gating<16, experiment::gating_config{.training = {.flipped = .7}}>;
int main() { return impossible::seeds; }
