// expect: in_context: a baseline predicts y from x, and this task has no 'sample' that draws them
#include <krait/experiment/in_context.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/schedule/schedule.hpp>
#include <krait/task/baseline/zero.hpp>
using namespace krait;

struct tokens {
  static constexpr std::string_view name = "tokens";
  static constexpr int points = 5;
  struct batch {
    template <int Count> using shard = text_shard<capacity{Count, points}>;
  };
};
using small = model::language_model<4, model::mamba_stack<1, mamba_config{.d_model = 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, tokens,
                                     task::baseline::list<task::baseline::zero>, optim::adamw<>, schedule::constant<>,
                                     experiment::in_context_config{}>;
int main() { return study::dimensions; }
