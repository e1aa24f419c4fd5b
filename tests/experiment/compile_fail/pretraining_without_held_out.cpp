// expect: three_phase: pretraining goes on to a level of what is held out
#include <krait/data/stated_facts.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/experiment/pretraining.hpp>
using namespace krait;
const experiment::pretraining_fits<experiment::pretraining<schedule::constant<>>, data::stated_fact,
                                   experiment::ask_all<>>
    fits;
