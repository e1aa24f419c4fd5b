// krait/metric/position_match.hpp: how often a reconstruction has the right thing at each place: is the beginning of a
// text forgotten first?
#pragma once
#include <cstddef>
#include <krait/core/utf8.hpp>
#include <krait/metric/metric.hpp>
#include <numeric>
#include <string_view>
#include <vector>

namespace krait::metric {

/// By place, from 0, over the places of the truth; a place that the answer does not reach is wrong. As a metric of
/// texts it compares code points, and its value is the share over all places; no places give 0.
struct position_match {
  static constexpr std::string_view name = "position_match";

  /// Two sequences with random access: tokens, words.
  template <class A, class B> void add_sequences(const A& answer, const B& truth) {
    const std::size_t size = std::size(truth), reached = std::size(answer);
    if (size > hits.size()) hits.resize(size), places.resize(size);
    for (std::size_t i = 0; i < size; ++i) {
      hits[i] += i < reached && answer[i] == truth[i];
      ++places[i];
    }
  }
  void add(std::string_view answer, std::string_view truth) {
    add_sequences(utf8::code_points(answer), utf8::code_points(truth));
  }
  void merge(const position_match& other) {
    if (other.hits.size() > hits.size()) hits.resize(other.hits.size()), places.resize(other.places.size());
    for (std::size_t i = 0; i < other.hits.size(); ++i) hits[i] += other.hits[i], places[i] += other.places[i];
  }
  /// Of one place; 0 where no truth is that long.
  double at(std::size_t place) const {
    return place < hits.size() ? static_cast<double>(hits[place]) / static_cast<double>(places[place]) : 0;
  }
  double value() const {
    const long all = std::accumulate(places.begin(), places.end(), 0L);
    return all ? static_cast<double>(std::accumulate(hits.begin(), hits.end(), 0L)) / static_cast<double>(all) : 0;
  }

  std::vector<long> hits, places;  // places[i]: truths that are longer than i
};
static_assert(text_metric<position_match>);

}  // namespace krait::metric
