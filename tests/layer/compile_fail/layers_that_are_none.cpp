// expect: a layer stands here, and L is none: a layer has in, out, weights
// expect: layers_that_are_none.cpp:9:
#include <krait/model/presets.hpp>
using namespace krait;

struct mixer {
  static constexpr int in = 8, out = 8;
};
using layers = repeat<2, residual<rms_norm<8>, mixer>>;
int main() { return layers::out; }
