// asks: What a model has read in its context and what it knows of the world disagree: which of them answers?
// takes: 12 minutes on two cores (an estimate)
#include <krait/krait.hpp>
using namespace krait;

constexpr int vocabulary = 16, width = 32, trained = 64, longest = 4 * trained;

using bigrams = task::trigger_bigrams<task::trigger_bigrams_config{.vocabulary = vocabulary, .length = longest}>;

/// One head, of whose 32 numbers 16 are turned by the position where positions are relative.
template <bool Relative>
using one_head =
    residual<layer_norm<width>, attention<attention_config{
                                    .d_model = width, .heads = 1, .rotary = {.dims = Relative ? 16 : 0, .base = 100}}>>;
using at_the_end = residual<layer_norm<width>, feed_forward<feed_forward_config{width}>>;
template <class... Layers>
using with = model::language_model<vocabulary, chain<Layers..., at_the_end>, layer_norm<width>, model::own_head<>>;

using absolute = with<learned_positions<width, positions_config{longest}>, repeat<2, one_head<false>>>;
using relative = with<one_head<true>, one_head<false>>;
using relative_throughout = with<repeat<2, one_head<true>>>;
template <int Layers> using no_positions = with<repeat<Layers, one_head<false>>>;
using two_mambas = with<model::mamba_stack<2, mamba_config{.d_model = width}, layer_norm<width>>>;

using study = experiment::associative_memory<
    model::list<model::named<"absolute positions", absolute>, model::named<"relative positions", relative>,
                model::named<"relative (both layers)", relative_throughout>,
                model::named<"no positions", no_positions<2>>, model::named<"no positions (3 layers)", no_positions<3>>,
                model::named<"mamba", two_mambas>>,
    bigrams, optim::adamw<optim::adamw_config{.lr = 3e-3, .beta2 = .99, .weight_decay = 0, .clip_norm = 1}>,
    schedule::cosine<schedule::warmup_config{.warmup = 100}>,
    experiment::associative_memory_config{.steps = 4000, .trained = trained, .tests = 128, .looks = 40},
    paper::associative_memory>;

int main(int argc, char** argv) { return run<study>(argc, argv); }
