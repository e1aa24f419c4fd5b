// asks: Does it matter where in the prompt the outliers stand, for a Mamba and for transformers of three layers?
// takes: 12 minutes on two cores
#include <krait/experiment/outlier_placement.hpp>
#include <krait/layer/attention.hpp>
#include <krait/layer/identity.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/layer/selective_ssm.hpp>
#include <krait/model/coordinate_model.hpp>
#include <krait/optim/sgd.hpp>
#include <krait/paper/outlier_placement.hpp>
#include <krait/schedule/schedule.hpp>
using namespace krait;
using experiment::placement_role, experiment::placement_training, experiment::trained;

using prompts = task::outlier_classification<task::outlier_classification_config{
    .training = {.outliers = .4, .irrelevant_scale = .5, .outlier_scale = 2},
    .test = {.outliers = .5, .irrelevant_scale = 1.2, .outlier_scale = 6}}>;
constexpr int width = prompts::dimensions + 1;

template <layer Mixer, layer Norm = rms_norm<width>> using deep = model::coordinate_model<Mixer, 3, Norm>;
using mamba_model = deep<selective_ssm<selective_ssm_config{.d_model = width}>>;
using mamba_by_channel = deep<selective_ssm<selective_ssm_config{.d_model = width, .delta = delta_kind::per_channel}>>;
using mamba_without_norms = deep<selective_ssm<selective_ssm_config{.d_model = width}>, identity<width>>;
using linear_model = deep<linear_attention<linear_attention_config{
    .d_model = width, .value_proj = false, .out_proj = false, .diagonal = 0.2f}>>;
using linear_without_norms = deep<linear_attention<linear_attention_config{
                                      .d_model = width, .value_proj = false, .out_proj = false, .diagonal = 0.05f}>,
                                  identity<width>>;
using gated_model = deep<linear_attention<linear_attention_config{.d_model = width,
                                                                  .gate = forget_gate::sigmoid,
                                                                  .first_gate = 2,
                                                                  .value_proj = false,
                                                                  .out_proj = false,
                                                                  .diagonal = 0.2f}>>;
using softmax_model = deep<attention<attention_config{.d_model = width,
                                                      .heads = 1,
                                                      .bias = false,
                                                      .weight = initial_weight::fan_in,
                                                      .out_weight = initial_weight::fan_in}>>;

constexpr auto check = placement_role::check;
using models = model::list<
    trained<"mamba", mamba_model>, trained<"linear transformer", linear_model>, trained<"transformer", softmax_model>,
    trained<"gated linear attention", gated_model>,
    trained<"mamba with curriculum", mamba_model, placement_training{.role = placement_role::remedy, .placed = .6}>,
    trained<"mamba, rate 0.03", mamba_model, placement_training{.role = check, .rate = .3}>,
    trained<"mamba, rate 0.3", mamba_model, placement_training{.role = check, .rate = 3}>,
    trained<"mamba, p_a 0.2", mamba_model, placement_training{.role = check, .outliers = .2}>,
    trained<"mamba, p_a 0.6", mamba_model, placement_training{.role = check, .outliers = .6}>,
    trained<"mamba, delta per channel", mamba_by_channel, placement_training{.role = check}>,
    trained<"mamba, no norms", mamba_without_norms, placement_training{.role = check}>,
    trained<"mamba, no norms, rate 1", mamba_without_norms, placement_training{.role = check, .rate = 10}>,
    trained<"linear, no norms, delta 0.05", linear_without_norms, placement_training{.role = check, .rate = .1}>>;

using study = experiment::outlier_placement<models, prompts, optim::sgd<optim::sgd_config{.lr = 0.1, .clip_norm = 1}>,
                                            schedule::constant<>, experiment::outlier_placement_config{},
                                            paper::outlier_placement>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
