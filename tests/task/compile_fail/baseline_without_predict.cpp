// expect: baseline::list: member Place (Baseline) needs 'static double predict(const float* x, const float* y,
// expect: baseline_without_predict.cpp:10:
#include <krait/task/baseline/list.hpp>
#include <krait/task/baseline/zero.hpp>
using namespace krait;

struct silent {
  static constexpr std::string_view name = "silent";
};
using baselines = task::baseline::list<task::baseline::zero, silent>;
int main() { return static_cast<int>(baselines::size); }
