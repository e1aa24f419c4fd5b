// expect: metric::list: member Place (Metric) needs 'static constexpr std::string_view name'
#include <krait/metric/exact_match.hpp>
#include <krait/metric/metric.hpp>

struct nameless {
  void add(std::string_view, std::string_view) {}
  void merge(const nameless&) {}
  double value() const { return 0; }
};
using metrics = krait::metric::list<krait::metric::exact_match, nameless>;
int main() { return static_cast<int>(metrics::size); }
