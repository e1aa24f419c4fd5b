// expect: selective_ssm: d_state must be 1 .. 256
#include <krait/layer/selective_ssm.hpp>
using namespace krait;

using layer_type = selective_ssm<selective_ssm_config{.d_model = 300}>;
static_assert(layer_type::in == 300);
