// krait/metric/truths.hpp: the right answers to a question: one, or the several gold answers of a data set like SQuAD.
#pragma once
#include <algorithm>
#include <concepts>
#include <span>
#include <string>
#include <string_view>

namespace krait::metric {

/// A view: the texts must outlive it. A text is a truth by itself, and truths pass where one text is wanted, as their
/// first, so that a metric need not know of several.
class truths {
 public:
  template <std::convertible_to<std::string_view> Text>
  requires(!std::same_as<Text, truths>) truths(const Text& first) : first_(first) {}
  truths(std::string_view first, std::span<const std::string> others) : first_(first), others_(others) {}

  operator std::string_view() const { return first_; }

  /// f(truth) for each.
  template <class F> void for_each(F&& f) const {
    f(first_);
    for (const std::string_view other : others_) f(other);
  }
  /// Whether f(truth) holds for one of them.
  template <class F> bool any(F&& f) const { return f(first_) || std::ranges::any_of(others_, f); }

 private:
  std::string_view first_;
  std::span<const std::string> others_;
};

}  // namespace krait::metric
