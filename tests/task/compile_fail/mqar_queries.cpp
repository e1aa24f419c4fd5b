// expect: mqar: the queries must be from 1 to the pairs
#include <krait/task/mqar.hpp>
using namespace krait;

using impossible = task::mqar<task::mqar_config{.pairs = 4, .queries = 5}>;
int main() { return impossible::points; }
