// expect: after_inverse: Noise has no inverse; give it 'static std::string invert(std::string_view text)', or judge
// expect: after_inverse_without_inverse.cpp:9:
#include <krait/metric/after_inverse.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/noise/word_shuffle.hpp>
using namespace krait;

using judged = metric::after_inverse<noise::word_shuffle<>, metric::exact_match>;
int main() { return judged{}.hits != 0; }
