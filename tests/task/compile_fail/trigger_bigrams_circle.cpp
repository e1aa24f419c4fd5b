// expect: a sequence could run in a circle for ever
#include <krait/task/trigger_bigrams.hpp>
using namespace krait;

using impossible = task::trigger_bigrams<task::trigger_bigrams_config{.faithful = 1}>;
int main() { return impossible::points; }
