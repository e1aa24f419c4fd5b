// asks: Do models predict a linear system that they have not met as the Kalman filter, which knows it?
// takes: 15 minutes on two cores
#include <krait/experiment/linear_systems.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/paper/linear_systems.hpp>
#include <krait/schedule/schedule.hpp>
using namespace krait;

constexpr int length = 64, width = 32, attention_width = 28, heads = 2;

// Few states and more, with white noise; and few with noise that is correlated in time.
using families = experiment::systems<task::linear_gaussian_config{.states = 2, .measurement = 1},
                                     task::linear_gaussian_config{.states = 6, .measurement = 1},
                                     task::linear_gaussian_config{.states = 2, .measurement = 1, .persistence = .9}>;

template <int Width, class Layers> using over = model::vector_model<1, 1, Layers, layer_norm<Width>>;
using mamba_model = over<width, model::mamba_stack<2, mamba_config{.d_model = width}, layer_norm<width>>>;
using transformer = over<attention_width, model::transformer_stack<2, attention_width, heads, length>>;
template <class Layer> using after_norm = residual<layer_norm<attention_width>, Layer>;
using linear_transformer =
    over<attention_width,
         chain<learned_positions<attention_width, positions_config{length}>,
               repeat<2, chain<after_norm<linear_attention<linear_attention_config{attention_width, heads}>>,
                               after_norm<feed_forward<feed_forward_config{attention_width}>>>>>>;

using study = experiment::linear_systems<
    model::list<model::named<"mamba", mamba_model>, model::named<"transformer", transformer>,
                model::named<"linear transformer", linear_transformer>>,
    families, optim::adamw<optim::adamw_config{.lr = 3e-3, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 100}>,
    experiment::linear_systems_config{.length = length, .steps = 3000, .batch = 16}, paper::linear_systems>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
