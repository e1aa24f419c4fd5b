// expect: measures: member Place (Measure) needs a constructor from a reconstruction_plan
#include <krait/experiment/reconstructions.hpp>
using namespace krait;

struct counts {
  static constexpr std::string_view name = "counts";
  explicit counts(const experiment::reconstruction_plan&) {}
};
using list = experiment::measures<counts>;
int main() { return list::size; }
