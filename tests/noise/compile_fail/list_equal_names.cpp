// expect: noise::list: members First and Second (places from 0) are both called Name; give one another name
// expect: twins<1, 2
// expect: charflip
// expect: list_equal_names.cpp:10:
#include <krait/noise/charflip.hpp>
#include <krait/noise/none.hpp>
using namespace krait;

using rarely = noise::charflip<noise::charflip_config{.share = .3}>;
using noises = noise::list<noise::none, noise::charflip<>, rarely>;
int main() { return static_cast<int>(noises::size); }
