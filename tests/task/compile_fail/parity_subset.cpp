// expect: sparse_parity: the subset must be from 1 to dimensions
#include <krait/task/sparse_parity.hpp>
using namespace krait;

using impossible = task::sparse_parity<task::sparse_parity_config{.dimensions = 4, .subset = 5}>;
int main() { return impossible::points; }
