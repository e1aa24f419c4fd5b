// expect: study: its task Given needs 'static double weight(draw, std::uint64_t prompt, extent)'
#include <krait/experiment/in_context.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/task/functions.hpp>
using namespace krait;

struct mine {
  static constexpr std::string_view name = "mine";
  static constexpr int points = 4, tokens = 5, vocabulary = 8;
  static int length(task::extent) { return tokens; }
  static int question(int token) { return token; }
  static void write(draw, std::uint64_t, task::extent, std::int32_t*, std::int32_t*, float*) {}
};
using small = model::vector_model<4, 1, linear<linear_config{8, 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, mine, task::baseline::list<>,
                                     optim::adamw<>, schedule::constant<>, experiment::in_context_config{}>;
int main() { return study::dimensions; }
