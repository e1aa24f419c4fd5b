// expect: model: its layers put out Width features, and its last norm takes In
// expect: 8 == 12
// expect: norm_of_another_width.cpp:7:
#include <krait/model/presets.hpp>
using namespace krait;

using narrow = model::vector_model<5, 1, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<12>>;
int main() { return narrow::out; }
