#define BOOST_TEST_MODULE metric_list
#include <array>
#include <boost/test/unit_test.hpp>
#include <krait/metric/exact_match.hpp>
#include <krait/metric/fuzzy_match.hpp>
#include <krait/metric/metric.hpp>
#include <string>
#include <vector>

using namespace krait;

namespace {
struct answer_length {  // a metric of the user's own
  static constexpr std::string_view name = "answer_length";
  void add(std::string_view answer, std::string_view) {
    sum += static_cast<double>(answer.size());
    ++answers;
  }
  void merge(const answer_length& other) {
    sum += other.sum;
    answers += other.answers;
  }
  double value() const { return answers ? sum / answers : 0; }
  double sum = 0;
  int answers = 0;
};
struct echoes {  // one that asks for the question
  static constexpr std::string_view name = "echoes";
  void add(std::string_view question, std::string_view answer, std::string_view) { count += answer == question; }
  void merge(const echoes& other) { count += other.count; }
  int value() const { return count; }
  int count = 0;
};
using metrics = metric::list<metric::exact_match, answer_length, echoes>;
}  // namespace

BOOST_AUTO_TEST_CASE(adds_to_all_and_reads_by_name) {
  static_assert(metrics::size == 3 && metrics::names[2] == "echoes");
  metrics all;
  for (const auto& [name, value] : all.values()) BOOST_TEST(value == 0, "without answers: " << name);
  all.add("Who?", "Who?", "Me");
  all.add("Who?", "Me", "Me");
  const auto values = all.values();
  BOOST_TEST(values[0].name == "exact_match");
  BOOST_TEST(values[0].value == 0.5);
  BOOST_TEST(values[1].value == 3.0);
  BOOST_TEST(values[2].value == 1.0);
  BOOST_TEST(all.get<metric::exact_match>().hits == 1);
}

BOOST_AUTO_TEST_CASE(merging_parts_equals_adding_all) {
  metrics whole, left, right, none;
  for (int i = 0; i < 10; ++i) {
    const std::string answer(static_cast<std::size_t>(i), 'x'), truth(5, 'x');
    whole.add("xx", answer, truth);
    (i < 3 ? left : right).add("xx", answer, truth);
  }
  left.merge(right);
  left.merge(none);
  for (std::size_t i = 0; i < metrics::size; ++i) BOOST_TEST(left.values()[i].value == whole.values()[i].value);
}

// Metrics that look at all truths are given them, the others the first.
BOOST_AUTO_TEST_CASE(several_truths) {
  const std::vector<std::string> others{"Ann", "Annabel"};
  metrics all;
  all.add("Who?", "Annabel", {"Me", others});
  all.add("Who?", "Bob", {"Me", others});
  BOOST_TEST(all.get<metric::exact_match>().hits == 1);
  BOOST_TEST(all.get<metric::exact_match>().answers == 2);
}

BOOST_AUTO_TEST_CASE(names_can_be_given) {
  using twice = metric::list<metric::exact_match, metric::named<"exact again", metric::exact_match>>;
  static_assert(twice::names[1] == "exact again");
  twice one, two;
  one.add("Who?", "Me", "Me");
  two.add("Who?", "You", "Me");
  one.merge(two);
  for (const auto& each : one.values()) BOOST_TEST(each.value == 0.5);
}

BOOST_AUTO_TEST_CASE(tells_what_was_left_out) {
  metric::list<metric::exact_match, metric::fuzzy_match<>, metric::fuzzy_match<50, metric::short_truths::scored>> all;
  all.add("sign of plus?", "-", "+");
  all.add("Who?", "Ann", "Ann");
  decltype(all) whole;
  whole.merge(all);
  whole.merge(all);
  BOOST_TEST((whole.left_out() == std::array<long, 3>{0, 2, 0}));
}

BOOST_AUTO_TEST_CASE(may_be_empty) {
  metric::list<> nothing;
  nothing.add("a", "b", "c");
  nothing.merge(nothing);
  BOOST_TEST(nothing.values().size() == 0u);
}
