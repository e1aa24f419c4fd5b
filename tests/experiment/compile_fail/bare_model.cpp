// expect: study: where its models stand is Given, which is no list of models; write model::list<model::named<
// expect: bare_model.cpp:16:
#include <krait/experiment/policies.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/model/presets.hpp>
#include <krait/noise/charflip.hpp>
#include <krait/optim/adamw.hpp>
using namespace krait;
namespace takes = experiment::takes;

template <class Models, class Noises, class Optimizer, class Schedule>
requires(all_fit<takes::models<Models>, takes::noises<Noises>, takes::optimizer<Optimizer>, takes::schedule<Schedule>,
                 takes::whole_models<Models>>()) struct some_study {
};
using small = model::language_model<256, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study = some_study<small, noise::list<noise::charflip<>>, optim::adamw<>, schedule::constant<>>;
int main() { return sizeof(study); }
