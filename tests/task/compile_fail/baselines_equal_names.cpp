// expect: baseline::list: members First and Second (places from 0) are both called Name; give one another name
// expect: twins<0, 1
// expect: zero
// expect: baselines_equal_names.cpp:9:
#include <krait/task/baseline/list.hpp>
#include <krait/task/baseline/zero.hpp>
using namespace krait;

using baselines = task::baseline::list<task::baseline::zero, task::baseline::zero>;
int main() { return static_cast<int>(baselines::size); }
