// expect: linear_attention: d_model is no multiple of the heads
#include <krait/layer/linear_attention.hpp>
using namespace krait;

using layer_type = linear_attention<linear_attention_config{.d_model = 10, .heads = 3}>;
static_assert(layer_type::in == 10);
