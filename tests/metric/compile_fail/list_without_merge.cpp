// expect: metric::list: member Place (Metric) needs 'void merge(const Metric& other)'
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>

struct lonely {
  static constexpr std::string_view name = "lonely";
  void add(std::string_view, std::string_view) {}
  double value() const { return 0; }
};
using metrics = krait::metric::list<krait::metric::exact_match, lonely>;
int main() { return static_cast<int>(metrics::size); }
