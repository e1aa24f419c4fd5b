// expect: metric::list: member Place (Metric) needs 'double value() const'
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>

struct changing {
  static constexpr std::string_view name = "changing";
  void add(std::string_view, std::string_view) {}
  void merge(const changing&) {}
  double value() { return 0; }
};
using metrics = krait::metric::list<krait::metric::exact_match, changing>;
int main() { return static_cast<int>(metrics::size); }
