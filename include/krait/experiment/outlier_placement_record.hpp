// krait/experiment/outlier_placement_record.hpp: what a study of outliers' places has measured.
#pragma once
#include <cstdint>
#include <krait/experiment/names.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// Right answers of one trained model in %, over prompts of one kind.
struct outlier_accuracy {
  std::string model;
  std::uint64_t seed = 0;
  std::string rule, place;             // names of the task's policies
  double alpha = 0, scale = 0, K = 0;  // share of outliers, kappa'_a, K'
  double accuracy = 0;
};

/// Sums of the first layer's scores over examples of a class, a mean over prompts: of k . q (or B . C), and of what
/// multiplies the values (gates or softmax included).
struct outlier_attention {
  double same = 0, other = 0, outlier = 0;  // the query's pattern without outlier, the other one, any with outlier
};

/// A model on its way.
struct outlier_point {
  std::string model;
  std::uint64_t seed = 0;
  long step = 0;
  double loss = 0;                                 // mean hinge loss of the batches since the last point
  double farthest = 0, anywhere = 0, closest = 0;  // accuracy in %
  outlier_attention raw = {}, weighted = {};
  std::vector<double> gate = {};  // of models with a scan: mean gate of clean examples and of outliers
};

/// Gates of a trained model's first layer by place; empty classes are left out.
struct outlier_gate {
  std::string model;
  std::uint64_t seed = 0;
  bool outlier = false;
  int rank = 0;  // 1 + clean examples between this one and the query
  double in = 0, left = 0;
};

/// Mean |M| over channels of one prompt in the first layer.
struct outlier_matrix {
  std::string model;
  std::uint64_t seed = 0;
  std::vector<std::string> tokens;
  std::vector<double> values;  // (tokens, tokens)
};

struct outlier_placement_record {
  long steps = 0;
  int batch = 0, prompts = 0;
  double alpha = 0, scale = 0, K = 0, p_a = 0;
  std::vector<std::string> models = {}, roles = {};
  std::vector<outlier_accuracy> accuracies = {};
  std::vector<outlier_point> points = {};
  std::vector<outlier_gate> gates = {};
  std::vector<outlier_matrix> matrices = {};
};

/// A record as JSON text, and back; data_error where the text is none.
std::string to_text(const outlier_placement_record& record);
void from_text(const std::string& text, outlier_placement_record& record);

}  // namespace krait::experiment

#ifndef KRAIT_COMPILED
#include <krait/experiment/outlier_placement_json.hpp>
#endif
