// krait/run/kept_training_impl.hpp: what was measured in a training that is kept, as text and back.
#pragma once
#include <cstdint>
#include <krait/report/json.hpp>
#include <krait/run/kept_training.hpp>
#include <krait/study/record_text.hpp>
#include <string>
#include <vector>

namespace krait::program {

KRAIT_INLINE std::string text_of_measured(const std::vector<studies::measurement>& all) {
  report::json list = report::json::array();
  for (const auto& one : all)
    list.push_back(
        {studies::detail::to_json(one.at), one.seed, one.step, one.quantity, report::detail::number(one.value)});
  return list.dump();
}

KRAIT_INLINE std::vector<studies::measurement> measured_of_text(const std::string& text) {
  std::vector<studies::measurement> all;
  for (const auto& one : report::json::parse(text))
    all.push_back({studies::detail::labels_from(one.at(0)), one.at(1).get<std::uint64_t>(), one.at(2).get<long>(),
                   one.at(3).get<std::string>(), report::detail::number(one.at(4))});
  return all;
}

}  // namespace krait::program
