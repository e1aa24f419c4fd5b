// expect: three_phase: pretraining goes on to a level of what is held out
#include <krait/data/stated_facts.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/metric/token_f1.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/optim/adamw.hpp>
using namespace krait;

using small = model::language_model<256, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study =
    experiment::three_phase<model::list<model::named<"small", small>>, data::stated_facts<>,
                            noise::list<noise::charflip<>>, optim::adamw<>, schedule::constant<>,
                            metric::list<metric::token_f1>, experiment::three_phase_config{}, studies::plain,
                            optim::fp32, experiment::ask_all<>, experiment::pretraining<schedule::constant<>>>;
int main() { return study::pretrains; }
