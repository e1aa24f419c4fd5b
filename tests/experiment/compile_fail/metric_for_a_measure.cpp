// expect: study: where its measures stand is Given, which is no list of measures of a decoder; write
// expect: metric_for_a_measure.cpp:12:
#include <krait/experiment/reconstruction.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
using namespace krait;

using small = model::language_model<256, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study = experiment::reconstruction<model::list<model::named<"small", small>>, data::plain_text<>,
                                         experiment::lengths<4>, experiment::start::list<experiment::start::zero>,
                                         metric::list<metric::exact_match>, optim::adamw<>, schedule::constant<>>;
int main(int argc, char** argv) { return run<study>(argc, argv); }
