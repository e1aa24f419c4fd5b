// expect: in_context: Model and the task do not fit
// expect: model::named
#include <krait/experiment/in_context.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/linear_regression.hpp>
using namespace krait;

using task_type = task::linear_regression<>;
using small = model::language_model<16, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, task_type, task::baseline::list<>,
                                     optim::adamw<>, schedule::constant<>, experiment::in_context_config{}>;
int main() { return study::dimensions; }
