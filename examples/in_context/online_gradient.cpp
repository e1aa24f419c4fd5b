// asks: Does one trained S6 layer become online gradient descent?
// takes: 8 minutes on two cores
#include <krait/experiment/online_gradient.hpp>
#include <krait/paper/online_gradient.hpp>
using namespace krait;

using study = experiment::online_gradient<experiment::online_gradient_config{}, paper::online_gradient>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
