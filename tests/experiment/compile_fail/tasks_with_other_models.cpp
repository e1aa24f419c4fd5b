// expect: in_context_tasks: the models of First and Other have other names
#include <krait/experiment/in_context_tasks.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/linear_regression.hpp>
#include <krait/task/sparse_linear_regression.hpp>
using namespace krait;

using small =
    model::vector_model<5, 1, model::mamba_stack<1, mamba_config{.d_model = 8}, layer_norm<8>>, layer_norm<8>>;
template <fixed_string<> Name, class Task>
using on = experiment::in_context<model::list<model::named<Name, small>>, Task, task::baseline::list<>, optim::adamw<>,
                                  schedule::constant<>, experiment::in_context_config{}>;
using study = experiment::in_context_tasks<
    studies::plain, on<"mamba", task::linear_regression<task::linear_regression_config{.dimensions = 5}>>,
    on<"ours", task::sparse_linear_regression<task::sparse_linear_regression_config{.dimensions = 5}>>>;
int main() { return study::on_device; }
