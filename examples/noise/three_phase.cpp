// asks: Does a Mamba unlearn noise as a transformer does?
// takes: 3 minutes on two cores
#include <krait/krait.hpp>
using namespace krait;

// --scale paper: the sizes of Mamba-130M and GPT-2, over bytes
constexpr bool full = program::paper_scale;
constexpr int d_model = full ? 768 : 128, blocks = full ? 24 : 4, pairs = full ? 12 : 2, heads = full ? 12 : 8,
              length = 176;

using mamba_lm =
    model::language_model<256, model::mamba_stack<blocks, mamba_config{.d_model = d_model}>, rms_norm<d_model>>;
using transformer_lm =
    model::language_model<256, model::transformer_stack<pairs, d_model, heads, length>, layer_norm<d_model>>;

using study = experiment::three_phase<
    model::list<model::named<"mamba", mamba_lm>, model::named<"transformer", transformer_lm>>,
    data::with_folder<data::facts<data::facts_config{.count = 256, .longest = 38}>,
                      data::question_answer_csv<data::question_answer_csv_config{
                          .file = "noise-study/D_test.csv", .count = 256, .longest = 150}>>,
    noise::list<noise::charflip<>, noise::wordflip<>>,
    optim::adamw<optim::adamw_config{.lr = 3e-3, .beta1 = 0.9, .beta2 = 0.95, .weight_decay = 0.1, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 20}>,
    metric::list<metric::fuzzy_match<50>, metric::content_match<50>, metric::token_f1, metric::repetition>,
    experiment::three_phase_config{.length = length}, paper::learn_unlearn_retain>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
