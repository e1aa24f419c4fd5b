// expect: single_index: the relevant dimensions r must be from 1 to d
#include <krait/task/single_index.hpp>
using namespace krait;

using impossible = task::single_index<task::single_index_config{.dimensions = 4, .relevant = 5}>;
int main() { return impossible::points; }
