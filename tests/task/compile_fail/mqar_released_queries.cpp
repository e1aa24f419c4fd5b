// expect: mqar: the released code has one query
#include <krait/task/mqar.hpp>
using namespace krait;

using impossible = task::mqar<task::mqar_config{.as = variant::as_released}>;
int main() { return impossible::points; }
