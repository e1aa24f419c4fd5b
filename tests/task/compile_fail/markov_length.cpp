// expect: markov: the length must be greater than the order
#include <krait/task/markov.hpp>
using namespace krait;

using impossible = task::markov<task::markov_config{.order = 4, .length = 4}>;
int main() { return impossible::points; }
