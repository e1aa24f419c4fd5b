// expect: the probability of a trigger lies between 0 and 1
#include <krait/task/trigger_bigrams.hpp>
using namespace krait;

using impossible = task::trigger_bigrams<task::trigger_bigrams_config{.triggers = 0}>;
int main() { return impossible::points; }
