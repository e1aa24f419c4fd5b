// asks: Does a leaky integrator in front of a Mamba unlearn masked vowels?
// takes: 3 seconds
#include <krait/krait.hpp>

#include "leaky_integrator.hpp"
#include "length_ratio.hpp"
#include "vowel_mask.hpp"
using namespace krait;

constexpr int d_model = 32;
using integrator = residual<rms_norm<d_model>, leaky_integrator<d_model>>;
using leaky_mamba =
    model::language_model<256, chain<integrator, model::mamba_stack<1, mamba_config{.d_model = d_model}>>,
                          rms_norm<d_model>>;

using study = experiment::three_phase<
    model::list<model::named<"leaky_mamba", leaky_mamba>>, data::facts<data::facts_config{.count = 64, .longest = 38}>,
    noise::list<vowel_mask>, optim::adamw<optim::adamw_config{.lr = 1e-2}>, schedule::constant<>,
    metric::list<length_ratio>,
    experiment::three_phase_config{.batch = 32, .learn = 400, .noise = 200, .relearn = 200, .evaluate_every = 50},
    paper::learn_unlearn_retain>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
