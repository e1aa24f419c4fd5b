// length_ratio.hpp: a metric of somebody else's: length of all answers over that of all truths; no answers give 0.
#pragma once
#include <krait/metric/metric.hpp>
#include <string_view>

struct length_ratio {
  static constexpr std::string_view name = "length_ratio";
  void add(std::string_view answer, std::string_view truth) {
    given += static_cast<double>(answer.size());
    wanted += static_cast<double>(truth.size());
  }
  void merge(const length_ratio& other) { given += other.given, wanted += other.wanted; }
  double value() const { return wanted > 0 ? given / wanted : 0; }
  double given = 0, wanted = 0;
};
static_assert(krait::metric::text_metric<length_ratio>);
