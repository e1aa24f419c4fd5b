// expect: rouge: N, the words of an n-gram, is 1 to 9
#define KRAIT_COMPILED  // what is declared is enough
#include <krait/metric/rouge.hpp>

int main() { return krait::metric::rouge<0>{}.values.size() != 0; }
