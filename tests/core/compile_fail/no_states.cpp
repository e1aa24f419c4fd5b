// expect: mamba: d_state must be 1 .. 256
#include <krait/layer/mamba.hpp>
using namespace krait;

using stateless = mamba<mamba_config{.d_model = 8, .d_state = 0}>;
int main() { return stateless::out; }
