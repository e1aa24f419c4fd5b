// krait/experiment/outlier_placement_json.hpp: records of a study of outliers' places as JSON.
#pragma once
#include <krait/core/config.hpp>
#include <krait/experiment/names.hpp>
#include <krait/experiment/outlier_placement_record.hpp>
#include <krait/experiment/record_text.hpp>
#include <string>

namespace krait::experiment {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_accuracy, model, seed, rule, place, alpha, scale, K, accuracy)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_attention, same, other, outlier)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_point, model, seed, step, loss, farthest, anywhere, closest, raw, weighted,
                                   gate)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_gate, model, seed, outlier, rank, in, left)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_matrix, model, seed, tokens, values)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(outlier_placement_record, steps, batch, prompts, alpha, scale, K, p_a, models, roles,
                                   accuracies, points, gates, matrices)

KRAIT_INLINE std::string to_text(const outlier_placement_record& record) { return detail::record_to_text(record); }
KRAIT_INLINE void from_text(const std::string& text, outlier_placement_record& record) {
  detail::record_from_text(text, record);
}

}  // namespace krait::experiment
