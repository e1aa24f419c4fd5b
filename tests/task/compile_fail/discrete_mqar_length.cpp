// expect: discrete_mqar: pairs and their queries do not fit in the length
#include <krait/task/discrete_mqar.hpp>
using namespace krait;

using impossible = task::discrete_mqar<task::discrete_mqar_config{.length = 64, .pairs = 17}>;
int main() { return impossible::points; }
