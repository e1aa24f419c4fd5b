// expect: study: its task Given needs 'static float value(const function&, const float* x)'
#include <krait/experiment/in_context.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/optim/adamw.hpp>
#include <krait/task/functions.hpp>
using namespace krait;

struct mine : task::functions<mine, 4, 9> {
  static constexpr std::string_view name = "mine";
  static constexpr int function_numbers = 4;
  struct function {
    float w[4];
  };
  static void draw_function(const task::prompt_numbers& numbers, task::extent, function& f) {
    numbers.normals(0, 4, f.w);
  }
  static float value(const function& f, const float* x, int) { return f.w[0] * x[0]; }
};
using small = model::vector_model<4, 1, linear<linear_config{8, 8}>, rms_norm<8>>;
using study = experiment::in_context<model::list<model::named<"small", small>>, mine, task::baseline::list<>,
                                     optim::adamw<>, schedule::constant<>, experiment::in_context_config{}>;
int main() { return study::dimensions; }
