// expect: repeat: L takes In features and puts out Out, which must be as many
// expect: 8 == 12
#include <krait/layer/linear.hpp>
#include <krait/layer/repeat.hpp>
using namespace krait;

using stack = repeat<3, linear<linear_config{8, 12}>>;
int main() { return stack::out; }
