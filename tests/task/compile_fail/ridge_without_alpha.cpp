// expect: baseline::ridge: alpha must be positive
#include <krait/task/baseline/ridge.hpp>
using namespace krait;

int main() { return static_cast<int>(task::baseline::ridge<task::baseline::ridge_config{.alpha = 0}>::name.size()); }
