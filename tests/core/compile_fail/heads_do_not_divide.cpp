// expect: attention: d_model is no multiple of the heads
#include <krait/layer/attention.hpp>
using namespace krait;

using uneven = attention<attention_config{.d_model = 32, .heads = 5}>;
int main() { return uneven::out; }
