// asks: Does the gate at the start decide whether a model memorises first or learns in context first?
// takes: 4 minutes on two cores
#include <krait/experiment/gating.hpp>
#include <krait/paper/gating.hpp>
using namespace krait;

using study = experiment::gating<256, experiment::gating_config{}, paper::gating>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
