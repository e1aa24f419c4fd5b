// krait/metric/metric.hpp: what a metric on answers is, and lists of them. A new metric is one file like
// exact_match.hpp.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <krait/core/fixed_string.hpp>
#include <krait/core/policy_list.hpp>
#include <krait/metric/truths.hpp>
#include <string_view>
#include <tuple>

namespace krait::metric {

/// Judges an answer by the truth: `add(answer, truth)`. A metric that takes a metric::truths instead of a text is given
/// all right answers where there are several (truths.hpp), another one the first.
template <class T>
concept adds_answer = requires(T metric, std::string_view text) {
  metric.add(text, text);
};

/// Judges an answer by the truth and the question: `add(question, answer, truth)`.
template <class T>
concept adds_question = requires(T metric, std::string_view text) {
  metric.add(text, text, text);
};

/// Sums that can be put together: `merge(other)` (one metric a thread).
template <class T>
concept merges = requires(T metric, const T& other) {
  metric.merge(other);
};
/// And read: `value()`, a number.
template <class T>
concept reads = requires(const T& metric) {
  { metric.value() } -> std::convertible_to<double>;
};
template <class T>
concept merges_and_reads = std::default_initializable<T> && std::copyable<T> && merges<T> && reads<T>;

/// A metric: a name, add with or without the question, merge, value. Without answers value() is 0.
template <class T>
concept text_metric = has_name<T> &&(adds_answer<T> || adds_question<T>)&&merges_and_reads<T>;

/// A metric that leaves out the answers to some truths, and counts them in a member `left_out`.
template <class T>
concept leaves_out = requires(const T& metric) {
  { metric.left_out } -> std::convertible_to<long>;
};

/// Hands an answer to a metric, with the question if it asks for it.
template <text_metric Metric>
void add(Metric& metric, std::string_view question, std::string_view answer, const truths& truth) {
  if constexpr (adds_question<Metric>) {
    metric.add(question, answer, truth);
  } else {
    metric.add(answer, truth);
  }
}

struct named_value {
  std::string_view name;
  double value = 0;
};

namespace detail {
struct list_rules {
  template <class Metric>
  static constexpr bool takes = (adds_answer<Metric> || adds_question<Metric>)&&merges_and_reads<Metric>;

  template <std::size_t Place, class Metric> struct nameless {
    static_assert(has_name<Metric>,
                  "metric::list: member Place (Metric) needs 'static constexpr std::string_view name'");
  };
  template <std::size_t Place, class Metric> struct misfit {
    static constexpr bool adds = adds_answer<Metric> || adds_question<Metric>;
    static_assert(adds,
                  "metric::list: member Place (Metric) needs 'void add(std::string_view answer, std::string_view "
                  "truth)' or the same with the question in front");
    static_assert(!adds || merges<Metric>,
                  "metric::list: member Place (Metric) needs 'void merge(const Metric& other)': every thread has a "
                  "metric of its own, and in the end they are put together");
    static_assert(!adds || reads<Metric>, "metric::list: member Place (Metric) needs 'double value() const'");
    static_assert(!adds || (std::default_initializable<Metric> && std::copyable<Metric>),
                  "metric::list: member Place (Metric) needs to be made without arguments and to be copied");
  };
  template <std::size_t First, std::size_t Second, auto Name> struct twins {
    static_assert(First == Second,
                  "metric::list: members First and Second (places from 0) are both called Name; give one another name, "
                  "as in metric::named<\"fuzzy_match released\", Metric>");
  };
};
}  // namespace detail

/// A metric under another name, for lists with the same metric at several settings.
template <fixed_string<> Name, class Metric> struct named : renamed<Name, Metric> {};

/// Metrics, under names of their own, that see the same answers. A list is filled and merged like a metric.
template <class... Metrics>
requires(policies_fit<detail::list_rules, Metrics...>()) struct list : policy_list<Metrics...> {
  using policy_list<Metrics...>::size;

  void add(std::string_view question, std::string_view answer, const truths& truth) {
    std::apply([&](auto&... each) { (metric::add(each, question, answer, truth), ...); }, metrics);
  }
  void merge(const list& other) { (get<Metrics>().merge(other.template get<Metrics>()), ...); }

  /// The metric itself, with whatever it counts.
  template <class Metric> Metric& get() { return std::get<Metric>(metrics); }
  template <class Metric> const Metric& get() const { return std::get<Metric>(metrics); }

  /// Name and value of each, in order: a row of a table.
  std::array<named_value, size> values() const {
    return {named_value{Metrics::name, static_cast<double>(get<Metrics>().value())}...};
  }

  /// How many answers each left out, in the same order: 0 for those that leave out none.
  std::array<long, size> left_out() const { return {left_out_of(get<Metrics>())...}; }

  std::tuple<Metrics...> metrics;

 private:
  template <class Metric> static long left_out_of(const Metric& metric) {
    if constexpr (leaves_out<Metric>) return metric.left_out;
    return 0;
  }
};

}  // namespace krait::metric
