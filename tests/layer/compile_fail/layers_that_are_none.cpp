// expect: a layer stands here, and L is none: a layer has in, out, weights
// expect: layers_that_are_none.cpp:7:
#include <krait/model/presets.hpp>
using namespace krait;

struct mixer {};
using layers = repeat<2, residual<rms_norm<8>, mixer>>;
int main() { return layers::out; }
