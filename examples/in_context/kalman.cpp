// asks: Do models predict a linear system that they have not met as the Kalman filter, which knows it?
// takes: 10 minutes on two cores (an estimate)
#include <krait/krait.hpp>
using namespace krait;

// A token holds the last four numbers, as Mamba's convolution sees them, so that no model must look for them.
constexpr int length = 64, window = 4, width = 32, attention_width = 28, heads = 2;

// Few states and more, with white noise; and few with noise that is correlated in time.
using families = experiment::systems<task::linear_gaussian_config{.states = 2, .measurement = 1},
                                     task::linear_gaussian_config{.states = 6, .measurement = 1},
                                     task::linear_gaussian_config{.states = 2, .measurement = 1, .persistence = .9}>;

template <int Width, class Layers> using over = model::vector_model<window, 1, Layers, layer_norm<Width>>;
using mamba_model = over<width, model::mamba_stack<2, mamba_config{.d_model = width}, layer_norm<width>>>;
template <class Mixer>
using behind_positions = over<
    attention_width,
    chain<learned_positions<attention_width, positions_config{length}>,
          repeat<2, chain<residual<layer_norm<attention_width>, Mixer>,
                          residual<layer_norm<attention_width>, feed_forward<feed_forward_config{attention_width}>>>>>>;
using transformer = behind_positions<attention<attention_config{attention_width, heads}>>;
using linear_transformer = behind_positions<linear_attention<linear_attention_config{attention_width, heads}>>;

using study = experiment::linear_systems<
    model::list<model::named<"mamba", mamba_model>, model::named<"transformer", transformer>,
                model::named<"linear transformer", linear_transformer>>,
    families, optim::adamw<optim::adamw_config{.lr = 3e-3, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 100}>,
    experiment::linear_systems_config{.length = length, .window = window, .steps = 4000, .batch = 16, .looks = 40},
    paper::linear_systems>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
