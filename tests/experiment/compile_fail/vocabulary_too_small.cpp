// expect: in_context: the vocabulary of Model is smaller
#include <krait/experiment/fits.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/rms_norm.hpp>
#include <krait/model/language_model.hpp>
#include <krait/model/list.hpp>
#include <krait/model/vector_model.hpp>
#include <krait/task/induction_head.hpp>
#include <krait/train/batch/prompt.hpp>
#include <krait/train/batch/sequence.hpp>
using namespace krait;

using task_type = task::induction_head<>;
using small = model::language_model<16, linear<linear_config{8, 8}>, rms_norm<8>>;
static_assert(experiment::speaks<model::named<"small", small>, task_type>::value);
int main() {}
