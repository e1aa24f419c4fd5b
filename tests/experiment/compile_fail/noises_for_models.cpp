// expect: study: where its models stand is Given, which is no list of models; write
// expect: noises_for_models.cpp:14:
#include <krait/data/facts.hpp>
#include <krait/experiment/three_phase.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/model/presets.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/optim/adamw.hpp>
using namespace krait;

using small = model::language_model<256, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study =
    experiment::three_phase<noise::list<noise::charflip<>>, data::facts<>, model::list<model::named<"small", small>>,
                            optim::adamw<>, schedule::constant<>, metric::list<metric::exact_match>>;
int main(int argc, char** argv) { return run<study>(argc, argv); }
