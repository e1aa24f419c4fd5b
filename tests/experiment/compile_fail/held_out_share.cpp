// expect: ask_held_out: share is the part of all pairs, between 0 and 1
#include <krait/experiment/asking.hpp>
using namespace krait;
const auto set = experiment::ask_held_out<experiment::ask_held_out_config{.share = 1}>::set_of(1, 12);
