// expect: residual: Mixer takes In features and puts out Out, which must both be the norm's Normed
// expect: 8 == 12
#include <krait/layer/linear.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
using namespace krait;

using wider = residual<rms_norm<8>, linear<linear_config{8, 12}>>;
int main() { return wider::out; }
