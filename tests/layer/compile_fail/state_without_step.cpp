// expect: is_a_layer: L has a 'state' and no 'step(on, weights, x, y, state)'
#include <krait/layer/rms_norm.hpp>
#include <krait/testing/layer.hpp>
using namespace krait;

struct forgetful : rms_norm<8> {
  template <class T, capacity Cap> struct state { T h[Cap.sequences * 8]; };
};
int main() { return testing::is_a_layer<forgetful>().good(); }
