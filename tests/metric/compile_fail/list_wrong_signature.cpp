// expect: metric::list: member Place (Metric) needs 'void add(std::string_view answer, std::string_view truth)'
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>

struct truthless {
  static constexpr std::string_view name = "truthless";
  void add(std::string_view) {}
  void merge(const truthless&) {}
  double value() const { return 0; }
};
using metrics = krait::metric::list<krait::metric::exact_match, truthless>;
int main() { return static_cast<int>(metrics::size); }
