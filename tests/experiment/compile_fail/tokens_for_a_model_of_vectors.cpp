// expect: in_context: Model and the task do not fit
#include <krait/experiment/in_context.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/task/baseline/zero.hpp>
#include <krait/task/induction_head.hpp>
using namespace krait;

using small = model::vector_model<4, 1, linear<linear_config{8, 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, task::induction_head<>,
                                     task::baseline::list<task::baseline::zero>, optim::adamw<>, schedule::constant<>,
                                     experiment::in_context_config{}>;
int main() { return study::dimensions; }
