// expect: linear_systems: families differ in their states, or in whether their noise persists
#include <krait/experiment/linear_systems.hpp>
#include <krait/layer/identity.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
using namespace krait;

using any = model::vector_model<1, 1, identity<8>, identity<8>>;
using twice = experiment::systems<task::linear_gaussian_config{}, task::linear_gaussian_config{.measurement = 2}>;
using study = experiment::linear_systems<model::list<model::named<"any", any>>, twice, optim::adamw<>,
                                         schedule::constant<>, experiment::linear_systems_config{}>;
int main(int argc, char** argv) { return run<study>(argc, argv); }
