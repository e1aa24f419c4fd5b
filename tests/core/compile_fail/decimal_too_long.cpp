// expect: decimal_name: only numbers below 1e15 of at most nine decimal places have a name
#include <krait/core/decimal_name.hpp>

int main() { return static_cast<int>(krait::decimal_name<1. / 3>.size()); }
