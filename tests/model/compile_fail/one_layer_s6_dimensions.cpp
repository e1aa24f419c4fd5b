// expect: one_layer_s6: the dimensions d of x must be at least 1
#include <krait/model/one_layer_s6.hpp>
using namespace krait;

using impossible = model::one_layer_s6<0, 80>;
int main() { return impossible::width; }
