// expect: in_context_layers: a scale and a shift need 2 examples at least, and no more than stand before a query
#include <krait/experiment/in_context_layers.hpp>
#include <krait/layer/identity.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/linear_regression.hpp>
using namespace krait;

using any = model::vector_model<20, 1, identity<8>, identity<8>>;
using impossible = experiment::in_context_layers<
    model::list<model::named<"any", any>>, task::linear_regression<>, optim::adamw<>, schedule::constant<>,
    experiment::in_context_layers_config{.main = 4, .probed = {4, 8, 12, 16}, .scaled = 5}>;
int main() { return sizeof(impossible); }
