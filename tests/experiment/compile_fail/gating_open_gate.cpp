// expect: gating: every gate at the start lies between 0 and 1
#include <krait/experiment/gating.hpp>
using namespace krait;

using impossible = experiment::gating<16, experiment::gating_config{.points = {8, 16, 32}, .watched = 16}>;
int main() { return impossible::seeds; }
