// expect: three_phase: pretraining needs facts with statements
#include <krait/data/stated_facts.hpp>
#include <krait/experiment/asking.hpp>
#include <krait/experiment/pretraining.hpp>
using namespace krait;
const experiment::pretraining_fits<experiment::pretraining<schedule::constant<>>, data::question_answer,
                                   experiment::ask_held_out<>>
    fits;
