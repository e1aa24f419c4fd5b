// expect: induction_head: keys differ: the pairs must be from 1 to the vocabulary
#include <krait/task/induction_head.hpp>
using namespace krait;

using impossible = task::induction_head<task::induction_head_config{.vocabulary = 8, .pairs = 9}>;
int main() { return impossible::points; }
