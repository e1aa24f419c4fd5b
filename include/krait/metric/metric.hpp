// krait/metric/metric.hpp: what a metric on answers is, and lists of them. A new metric is one file like
// exact_match.hpp.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <utility>

namespace krait::metric {

/// Something with `static constexpr std::string_view name`.
template <class T>
concept named = requires {
  { T::name } -> std::convertible_to<std::string_view>;
};

/// Judges an answer by the truth: `add(answer, truth)`.
template <class T>
concept adds_answer = requires(T metric, std::string_view text) {
  metric.add(text, text);
};

/// Judges an answer by the truth and the question: `add(question, answer, truth)`.
template <class T>
concept adds_question = requires(T metric, std::string_view text) {
  metric.add(text, text, text);
};

/// Sums that can be put together and read: `merge(other)` (one metric a thread) and `value()`, a number.
template <class T>
concept merges_and_reads = std::default_initializable<T> && std::copyable<T> && requires(T metric, const T& other) {
  metric.merge(other);
  { other.value() } -> std::convertible_to<double>;
};

/// A metric: a name, add with or without the question, merge, value. Without answers value() is 0.
template <class T>
concept text_metric = named<T> &&(adds_answer<T> || adds_question<T>)&&merges_and_reads<T>;

/// Hands an answer to a metric, with the question if it asks for it.
template <text_metric Metric>
void add(Metric& metric, std::string_view question, std::string_view answer, std::string_view truth) {
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
template <std::size_t Place, class Metric> struct named_member {
  static_assert(named<Metric>, "metric::list: member Place (Metric) needs 'static constexpr std::string_view name'");
};
template <std::size_t Place, class Metric> struct adding_member {
  static_assert(adds_answer<Metric> || adds_question<Metric>,
                "metric::list: member Place (Metric) needs 'void add(std::string_view answer, std::string_view truth)' "
                "or the same with the question in front");
};
template <std::size_t Place, class Metric> struct merging_member {
  static_assert(merges_and_reads<Metric>,
                "metric::list: member Place (Metric) needs a copyable state, 'void merge(const Metric&)' and "
                "'double value() const'");
};

// Instantiates a check for the misfit only: the message is one sentence and names the place.
template <std::size_t Place, class Metric> constexpr bool fits() {
  if constexpr (!named<Metric>) {
    return sizeof(named_member<Place, Metric>) == 0;
  } else if constexpr (!adds_answer<Metric> && !adds_question<Metric>) {
    return sizeof(adding_member<Place, Metric>) == 0;
  } else if constexpr (!merges_and_reads<Metric>) {
    return sizeof(merging_member<Place, Metric>) == 0;
  } else {
    return true;
  }
}

template <class... Metrics> constexpr bool all_fit() {
  return []<std::size_t... Place>(std::index_sequence<Place...>) { return (fits<Place, Metrics>() && ...); }
  (std::index_sequence_for<Metrics...>{});
}
}  // namespace detail

/// Metrics that see the same answers. A list is filled and merged like a metric.
template <class... Metrics>
requires(detail::all_fit<Metrics...>()) struct list {
  static constexpr std::size_t size = sizeof...(Metrics);
  static constexpr std::array<std::string_view, size> names{Metrics::name...};

  void add(std::string_view question, std::string_view answer, std::string_view truth) {
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

  std::tuple<Metrics...> metrics;
};

}  // namespace krait::metric
