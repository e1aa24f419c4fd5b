// expect: markov: an alphabet of one symbol leaves nothing to predict
#include <krait/task/markov.hpp>
using namespace krait;

using impossible = task::markov<task::markov_config{.symbols = 1}>;
int main() { return impossible::points; }
