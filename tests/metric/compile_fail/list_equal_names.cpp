// expect: metric::list: members First and Second (places from 0) are both called Name; give one another name
// expect: twins<0, 2
// expect: exact_match
// expect: list_equal_names.cpp:9:
#include <krait/metric/exact_match.hpp>
#include <krait/metric/repetition.hpp>
using namespace krait;

using metrics = metric::list<metric::exact_match, metric::repetition, metric::exact_match>;
int main() { return static_cast<int>(metrics::size); }
