// expect: discrete_mqar: keys differ
#include <krait/task/discrete_mqar.hpp>
using namespace krait;

using impossible = task::discrete_mqar<task::discrete_mqar_config{.vocabulary = 8, .pairs = 4}>;
int main() { return impossible::points; }
