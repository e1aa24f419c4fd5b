// expect: in_context: Model takes vectors of another width than the task's prompts have
// expect: dimensions_of_another_task.cpp:13:
#include <krait/experiment/in_context.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/task/linear_regression.hpp>
using namespace krait;

using task_type = task::linear_regression<task::linear_regression_config{.dimensions = 7, .points = 9}>;
using small = model::vector_model<5, 1, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, task_type, task::baseline::list<>,
                                     optim::adamw<>, schedule::constant<>, experiment::in_context_config{}>;
int main(int argc, char** argv) { return run<study>(argc, argv); }
