// expect: model: its layers put out Width features, and its last norm takes In
// expect: 8 == 12
// expect: norm_of_another_width_of_tokens.cpp:7:
#include <krait/model/presets.hpp>
using namespace krait;

using narrow = model::language_model<256, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<12>>;
int main() { return narrow::out; }
