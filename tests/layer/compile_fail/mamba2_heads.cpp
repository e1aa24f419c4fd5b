// expect: mamba2: d_inner = expand * d_model is no multiple of head_width
#include <krait/layer/mamba2.hpp>
using namespace krait;

using layer_type = mamba2<mamba2_config{.d_model = 10, .head_width = 64}>;
static_assert(layer_type::in == 10);
