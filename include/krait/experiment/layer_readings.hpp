// krait/experiment/layer_readings.hpp: what can be read out of every layer of a model at the queries of in-context
// prompts: by a linear probe that is fitted to other prompts, and by the model's own head.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <krait/core/aligned.hpp>
#include <krait/probe/residual_stream.hpp>
#include <krait/statistics/ridge_regression.hpp>
#include <span>
#include <type_traits>
#include <vector>

namespace krait::experiment {

/// Of prompts x1, y1, x2, y2, ..., of a batch that a trainer's model reads. Layer 0 is what goes into the layers; every
/// residual branch is one more.
class layer_readings {
 public:
  static constexpr const char *probe = "linear probe", *head = "own head";

  /// queries: how many examples stand before each query whose stream is kept for probes.
  template <class Trainer, class Batch>
  layer_readings(Trainer& of, const Batch& batch, std::span<const int> queries)
      : prompts_(batch.count),
        points_(batch.extent.points),
        width_(Trainer::model::width),
        layers_(1 + branches_of<typename Trainer::model::layer_type>),
        queries_(queries.begin(), queries.end()),
        answers_(of_points()),
        wanted_(of_points()),
        by_head_(static_cast<std::size_t>(layers_) * of_points()),
        streams_(static_cast<std::size_t>(layers_) * queries_.size(),
                 std::vector<float>(static_cast<std::size_t>(prompts_) * static_cast<std::size_t>(width_))) {
    using model = typename Trainer::model;
    std::atomic<int> next{0};
    of.team().run([&](int thread) {
      const auto in = make_heap<typename Trainer::shard>();
      auto& on = of.on(thread);
      auto& saved = of.saved_of(thread);
      for (int i; (i = next.fetch_add(1)) < batch.shards();) {
        batch.fill(i, *in);
        const auto out = of.outputs_of(thread).of(in->of);
        model::forward(on, of.current(), in->input(), out, saved);
        const auto each_point = [&](auto&& f) {
          for (int s = 0; s < in->of.count; ++s)
            for (int p = 0; p < points_; ++p) f(i * batch.per_shard + s, p, s * in->of.length + 2 * p);
        };
        const auto target = std::as_const(*in).target();
        each_point([&](int s, int p, int token) {
          answers_[place(s, p)] = out[token][0], wanted_[place(s, p)] = target[token][0];
        });
        int layer = 0;
        const auto look = [&]<class L>(std::type_identity<L>, auto stream) {
          if constexpr (!std::is_same_v<L, model>) {
            if (branches_of<L> == 0) return;
            ++layer;
          }
          each_point([&](int s, int p, int token) {
            const auto found = std::ranges::find(queries_, p);
            if (found != queries_.end())
              std::copy_n(stream[token], width_,
                          kept(layer, static_cast<std::size_t>(found - queries_.begin())).data() +
                              static_cast<std::ptrdiff_t>(s) * width_);
          });
          model::put_out(on, of.current(), stream, out, saved);
          each_point([&](int s, int p, int token) {
            by_head_[static_cast<std::size_t>(layer) * of_points() + place(s, p)] = out[token][0];
          });
        };
        probe::residual_stream<model>(std::as_const(saved), in->of, look);
      }
    });
  }

  int layers() const { return layers_; }
  float answer(int prompt, int point) const { return answers_[place(prompt, point)]; }
  float wanted(int prompt, int point) const { return wanted_[place(prompt, point)]; }

  /// A probe's answers to a query of each of these prompts, fitted to others.
  std::vector<double> probed(const layer_readings& fitted_to, int layer, int query) const {
    std::vector<float> values;
    for (int s = 0; s < fitted_to.prompts_; ++s) values.push_back(fitted_to.wanted(s, query));
    const statistics::ridge_regression by(fitted_to.stream(layer, query), static_cast<std::size_t>(width_), values);
    return by.values(stream(layer, query));
  }
  /// The head's answers, with the scale and the shift that are best for `examples` answers of the prompt before it.
  std::vector<double> by_head(int layer, int query, int examples) const {
    std::vector<double> all;
    for (int s = 0; s < prompts_; ++s) {
      const auto z = [&](int p) {
        return static_cast<double>(by_head_[static_cast<std::size_t>(layer) * of_points() + place(s, p)]);
      };
      double mean_z = 0, mean_y = 0, zz = 0, zy = 0;
      for (int p = query - examples; p < query; ++p)
        mean_z += z(p) / examples, mean_y += static_cast<double>(wanted(s, p)) / examples;
      for (int p = query - examples; p < query; ++p) {
        zz += (z(p) - mean_z) * (z(p) - mean_z);
        zy += (z(p) - mean_z) * (static_cast<double>(wanted(s, p)) - mean_y);
      }
      all.push_back(mean_y + (zz > 0 ? zy / zz : 0) * (z(query) - mean_z));
    }
    return all;
  }
  /// What stands in a layer's stream at a query: (prompts, width).
  std::span<const float> stream(int layer, int query) const {
    const auto at = std::ranges::find(queries_, query) - queries_.begin();
    return streams_[static_cast<std::size_t>(layer) * queries_.size() + static_cast<std::size_t>(at)];
  }

 private:
  std::size_t of_points() const { return static_cast<std::size_t>(prompts_) * static_cast<std::size_t>(points_); }
  std::size_t place(int prompt, int point) const {
    return static_cast<std::size_t>(prompt) * static_cast<std::size_t>(points_) + static_cast<std::size_t>(point);
  }
  std::vector<float>& kept(int layer, std::size_t query) {
    return streams_[static_cast<std::size_t>(layer) * queries_.size() + query];
  }

  int prompts_, points_, width_, layers_;
  std::vector<int> queries_;
  std::vector<float> answers_, wanted_, by_head_;  // (prompts, points), (layers, prompts, points)
  std::vector<std::vector<float>> streams_;        // (layers, queries): (prompts, width)
};

}  // namespace krait::experiment
