// expect: chain: layer Place puts out First::out features, the next one takes Second::in
// expect: 12 == 9
// expect: chain_misfit.cpp:9:
#include <krait/layer/chain.hpp>
#include <krait/layer/linear.hpp>
using namespace krait;

using misfit = chain<linear<linear_config{8, 12}>, linear<linear_config{12, 12}>, linear<linear_config{9, 4}>>;
int main() { return misfit::out; }
