// expect: associative_memory: the task's sequences must be a whole number of times as long as those trained on
#include <krait/experiment/associative_memory.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
using namespace krait;

using bigrams = task::trigger_bigrams<task::trigger_bigrams_config{.length = 100}>;
using language =
    model::language_model<16, repeat<1, residual<layer_norm<8>, mamba<mamba_config{.d_model = 8}>>>, layer_norm<8>>;
using study =
    experiment::associative_memory<model::list<model::named<"mamba", language>>, bigrams, optim::adamw<>,
                                   schedule::constant<>, experiment::associative_memory_config{.trained = 64}>;
int main(int argc, char** argv) { return run<study>(argc, argv); }
