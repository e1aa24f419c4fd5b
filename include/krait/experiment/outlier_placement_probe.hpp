// krait/experiment/outlier_placement_probe.hpp: a model's first layer on prompts with outliers: whom the query attends
// to, and which tokens the gate lets in.
#pragma once
#include <fmt/core.h>

#include <cstddef>
#include <krait/core/aligned.hpp>
#include <krait/probe/attention_scores.hpp>
#include <krait/probe/gates.hpp>
#include <krait/probe/hidden_attention.hpp>
#include <krait/task/outlier/batch.hpp>
#include <string>
#include <vector>

namespace krait::experiment {

/// What a token of a prompt is to its query: of its pattern without outlier, of the other one, any with an outlier.
inline constexpr const char* outlier_classes[] = {"same", "other", "outlier"};

/// Sums of the first layer's scores over examples of a class, a mean over prompts: of k . q (or B . C), and of what
/// multiplies the values (gates or softmax included).
struct outlier_attention {
  double of[3] = {};  // as outlier_classes
};

/// Gates of a trained model's first layer by place, a mean over prompts; empty classes are left out.
struct outlier_gate {
  bool outlier = false;
  int rank = 0;  // 1 + clean examples between this one and the query
  double in = 0, left = 0;
};

/// The class of each example of a prompt, as a place in outlier_classes.
template <class Prompt> std::vector<int> outlier_classes_of(const Prompt& prompt, int examples) {
  std::vector<int> all;
  for (int t = 0; t < examples; ++t) all.push_back(prompt.is_outlier(t) ? 2 : prompt.as_query(t) ? 0 : 1);
  return all;
}
/// "1 same", "2 outlier", ..., "query"
template <class Prompt> std::vector<std::string> outlier_tokens_of(const Prompt& prompt, int examples) {
  std::vector<std::string> all;
  for (const int c : outlier_classes_of(prompt, examples))
    all.push_back(fmt::format("{} {}", all.size() + 1, outlier_classes[c]));
  all.emplace_back("query");
  return all;
}

/// What the probe has seen, as means over prompts.
struct outlier_sight {
  outlier_attention raw, weighted;
  std::vector<double> gate;         // clean, outliers; empty without a scan
  std::vector<outlier_gate> gates;  // by rank
};

/// Model: a coordinate_model. Runs on this thread alone, so that sums have one order.
template <class Model, class Task, int PerShard> struct outlier_probe {
  using mixer = typename Model::mixer;
  using shard = task::outlier::shard<Task, PerShard>;
  static constexpr int query = Task::examples, classes = 3;
  static constexpr bool gated = probe::scan_layer<mixer>;
  /// The scan's channel that puts out the label.
  static constexpr int head = gated ? mixer::out - 1 : 0;
  /// What multiplies the values adds up to 1.
  static constexpr bool probabilities = requires { requires probe::scores_of<mixer>::probabilities; };

  template <class B, class W, class Batch> static outlier_sight look(B& on, const W& w, const Batch& batch) {
    buffers b;
    outlier_sight seen;
    double in[2] = {};
    long counts[2] = {};
    struct mean {
      double in = 0, left = 0;
      long count = 0;
    };
    std::vector<mean> ranks[2] = {std::vector<mean>(Task::points), std::vector<mean>(Task::points)};
    typename Batch::prompt_type prompt;
    for (int i = 0; i < batch.shards(); ++i) {
      b.run(on, w, batch, i);
      for (int s = 0; s < b.in->of.count; ++s) {
        batch.sample(i * batch.per_shard + s, prompt);
        const std::vector<int> class_of = outlier_classes_of(prompt, Task::examples);
        const auto scores = probe::scores_of<mixer>::at(Model::first(w), b.first(), b.input(), s, query, head);
        for (auto [from, to] : {std::pair{&scores.raw, &seen.raw}, {&scores.weighted, &seen.weighted}}) {
          const auto sums =
              probe::sums_by_class(*from, std::span<const int>(class_of.data(), class_of.size()), classes);
          for (std::size_t c = 0; c < classes; ++c) to->of[c] += sums[c] / batch.count;
        }
        if constexpr (gated) {
          const auto trace = probe::scan_of<mixer>::trace(Model::first(w), b.first(), b.input(), s);
          const auto gates = probe::gates(trace, head);
          int rank = 1;
          for (int t = Task::examples - 1; t >= 0; --t) {
            const auto place = static_cast<std::size_t>(t);
            const bool outlier = class_of[place] == 2;
            mean& m = ranks[outlier][static_cast<std::size_t>(rank)];
            m.in += gates[place].in, m.left += gates[place].left, ++m.count;
            in[outlier] += gates[place].in, ++counts[outlier];
            rank += !outlier;
          }
        }
      }
    }
    if constexpr (gated) {
      for (int outlier = 0; outlier < 2; ++outlier) {
        seen.gate.push_back(counts[outlier] ? in[outlier] / static_cast<double>(counts[outlier]) : 0);
        for (int rank = 1; rank < Task::points; ++rank) {
          const mean& m = ranks[outlier][static_cast<std::size_t>(rank)];
          const auto n = static_cast<double>(m.count);
          if (m.count > 0)
            seen.gates.push_back({.outlier = outlier == 1, .rank = rank, .in = m.in / n, .left = m.left / n});
        }
      }
    }
    return seen;
  }

  /// Mean |M| over channels of a batch's first prompt: (tokens, tokens).
  template <class B, class W, class Batch> static std::vector<double> matrix(B& on, const W& w, const Batch& batch) {
    static_assert(gated, "outlier_probe: this model's first layer has no scan");
    buffers b;
    b.run(on, w, batch, 0);
    return probe::mean_hidden_attention(probe::scan_of<mixer>::trace(Model::first(w), b.first(), b.input(), 0));
  }

 private:
  struct buffers {
    struct memory {
      typename Model::template saved<float, shard::cap> it;
      activations<float, shard::cap, 1> out;
    };
    heap<shard> in = make_heap<shard>();
    heap<memory> kept = make_heap<memory>();

    template <class B, class W, class Batch> void run(B& on, const W& w, const Batch& batch, int i) {
      batch.fill(i, *in);
      Model::forward(on, w, in->input(), kept->out.of(in->of), kept->it);
    }
    const auto& first() const { return Model::first_saved(std::as_const(kept->it)); }
    rows<const float, mixer::in> input() const { return Model::first_input(std::as_const(kept->it), in->of); }
  };
};

}  // namespace krait::experiment
