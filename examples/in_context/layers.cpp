// asks: Does every layer of a model bring its answer nearer, as the steps of a solver do?
// takes: 25 minutes on two cores
#include <krait/experiment/in_context_layers.hpp>
#include <krait/model/hybrids.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/in_context_layers.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/linear_regression.hpp>
using namespace krait;

// --scale paper: the sizes of the published models
constexpr bool full = program::paper_scale;
constexpr int d = full ? 20 : 5, trained = full ? 41 : 17, longest = 2 * trained;
constexpr int depth = full ? 24 : 6, d_model = full ? 256 : 64;

using linear_functions = task::linear_regression<task::linear_regression_config{.dimensions = d, .points = longest}>;
template <int Width, class Layers> using over = model::vector_model<d, 1, Layers, layer_norm<Width>>;

// Widths with which the others have about as many parameters as the Mamba.
constexpr int s4_width = full ? 435 : 112, attention_width = full ? 288 : 72, heads = full ? 8 : 4;
using mamba_model = over<d_model, model::mamba_stack<depth, mamba_config{.d_model = d_model}, layer_norm<d_model>>>;
using s4_model = over<s4_width, model::s4_stack<depth, s4d_config{.d_model = s4_width}>>;
using transformer_model =
    over<attention_width, model::transformer_stack<depth / 2, attention_width, heads, 2 * longest>>;

using study = experiment::in_context_layers<
    model::list<model::named<"mamba", mamba_model>, model::named<"S4", s4_model>,
                model::named<"transformer", transformer_model>>,
    linear_functions, optim::adamw<optim::adamw_config{.lr = full ? 1e-4 : 1e-3, .weight_decay = 0, .clip_norm = 10}>,
    schedule::cosine<>,
    experiment::in_context_layers_config{.steps = full ? 500'000 : 5000,
                                         .trained = trained,
                                         .main = 2 * d,
                                         .probed = {d, 3 * d / 2, 2 * d, full ? 3 * d / 4 : 3 * d},
                                         .scaled = full ? 10 : d},
    paper::in_context_layers>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
