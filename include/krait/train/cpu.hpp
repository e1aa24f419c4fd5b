// krait/train/cpu.hpp: the training step on the CPU.
//
// The batch is cut into shards that fit the cache; `groups` of shards have a gradient buffer each. A thread takes a
// group and carries its shards, one after another, forward and backward through the whole model; then buffers are
// summed in one order. Neither shards nor groups depend on the threads, so the same seed gives the same bits with any
// number of them.
#pragma once
#include <algorithm>
#include <atomic>
#include <cmath>
#include <krait/backend/cpu/packed_weights.hpp>
#include <krait/backend/cpu/team.hpp>
#include <krait/core/bfloat16.hpp>
#include <krait/core/error.hpp>
#include <krait/core/random.hpp>
#include <krait/kernel/cpu.hpp>
#include <krait/optim/decay.hpp>
#include <krait/train/trainer.hpp>
#include <memory>
#include <string>
#include <vector>

namespace krait::train {

template <class Pipeline> class trainer<backend::cpu, Pipeline> {
 public:
  using model = typename Pipeline::model;
  using objective = typename Pipeline::objective;
  using shard = typename Pipeline::shard;
  using optimizer = typename Pipeline::optimizer;
  using precision = typename Pipeline::precision;
  using weights = typename model::template weights<float>;
  using master_weights = typename model::template weights<typename precision::master>;
  static constexpr int groups = 8;
  static constexpr int per_shard = shard::cap.sequences;

  trainer(std::uint64_t seed, int threads) : team_(threads), seed_(seed) {
    for (int i = 0; i < threads; ++i) workers_.push_back(std::make_unique<worker>());
    for (auto& g : gradients_) g = make_heap<weights>();
    for (auto& m : moments_) m = make_heap<weights>();
    initialiser at(seed);
    model::initialise(*weights_, at);
    store_master();
    if constexpr (spares_tensors) decayed_ = optim::decayed_matrices(*weights_);
    weights_changed();
  }

  const weights& current() const { return *weights_; }
  master_weights& master() {
    if constexpr (separate_master)
      return *master_;
    else
      return *weights_;
  }
  weights& moment(int i) { return *moments_[i]; }
  long steps_done() const { return number_; }
  backend::team& team() { return team_; }
  /// The backend of a team's thread, its packed weights up to date.
  backend::cpu& on(int thread) { return workers_[thread]->on; }
  /// What a thread's shard needs, free between steps, for whoever reads texts.
  auto& saved_of(int thread) { return *workers_[thread]->saved; }
  auto& outputs_of(int thread) { return *workers_[thread]->out; }

  /// Begins anew from the present weights: moments and step count are zero.
  void reset_optimizer() {
    for (auto& m : moments_) std::ranges::fill(flat<float>(*m), 0.f);
    number_ = 0;
  }
  /// To be called after master() or moment() were written from outside (a checkpoint).
  void restored(long steps_done) {
    number_ = steps_done;
    weights_changed();
  }

  /// One step. Throws number_error, with the weights as they were before it, where the loss or the gradient is not
  /// finite. A batch in which nothing counts has a loss of 0 and changes neither weights nor moments.
  template <class Batch> step_result step(const Batch& batch, double rate) {
    if (batch.weight() == 0) return ++number_, step_result{};
    const double scale = 1 / batch.weight();
    next_group_ = 0;
    team_.run([&](int thread) {
      worker& me = *workers_[thread];
      for (int g; (g = next_group_.fetch_add(1)) < groups;) {
        std::ranges::fill(flat<float>(*gradients_[g]), 0.f);
        losses_[g] = 0;
        const int first = batch.shards() * g / groups, last = batch.shards() * (g + 1) / groups;
        for (int i = first; i < last; ++i) {
          batch.fill(i, *me.in);
          const auto out = me.out->of(me.in->of);
          model::forward(me.on, *weights_, me.in->input(), out, *me.saved);
          losses_[g] += objective::loss_and_gradient(me.on, rows<const float, model::out>(out), *me.in, scale, out);
          model::backward(me.on, *weights_, me.in->input(), std::as_const(*me.saved),
                          rows<const float, model::out>(out), *gradients_[g]);
        }
      }
    });
    double loss = 0;
    for (const double l : losses_) loss += l * scale;
    const double norm = sum_gradients();
    if (!std::isfinite(loss) || !std::isfinite(norm))
      throw number_error(detail::not_finite(number_ + 1, loss, *weights_, *gradients_[0]));
    // As torch.nn.utils.clip_grad_norm_.
    const double clip = optimizer::clip_norm > 0 ? std::min(1., optimizer::clip_norm / (norm + 1e-6)) : 1;
    ++number_;
    update(rate, clip);
    weights_changed();
    return {loss, norm};
  }

  /// Mean loss of a batch with the present weights, 0 where nothing counts.
  template <class Batch> double loss(const Batch& batch) {
    if (batch.weight() == 0) return 0;
    double sums[groups] = {};
    next_group_ = 0;
    team_.run([&](int thread) {
      worker& me = *workers_[thread];
      for (int g; (g = next_group_.fetch_add(1)) < groups;)
        for (int i = batch.shards() * g / groups; i < batch.shards() * (g + 1) / groups; ++i) {
          batch.fill(i, *me.in);
          const auto out = me.out->of(me.in->of);
          model::forward(me.on, *weights_, me.in->input(), out, *me.saved);
          sums[g] += objective::loss(me.on, rows<const float, model::out>(out), *me.in);
        }
    });
    double total = 0;
    for (const double s : sums) total += s;
    return total / batch.weight();
  }

  /// f(backend, shard's outputs, shard) for every shard of a batch, on any thread: for metrics that look at outputs.
  template <class Batch, class F> void outputs(const Batch& batch, F&& f) {
    std::atomic<int> next{0};
    team_.run([&](int thread) {
      worker& me = *workers_[thread];
      for (int i; (i = next.fetch_add(1)) < batch.shards();) {
        batch.fill(i, *me.in);
        const auto out = me.out->of(me.in->of);
        model::forward(me.on, *weights_, me.in->input(), out, *me.saved);
        f(i, rows<const float, model::out>(out), std::as_const(*me.in));
      }
    });
  }

  /// Bytes of weights, gradients, moments and images, and of one thread's activations.
  static constexpr std::size_t bytes(int threads) {
    return (1 + groups + optimizer::moments + 2) * sizeof(weights) + (separate_master ? sizeof(master_weights) : 0) +
           static_cast<std::size_t>(threads) * (sizeof(saved_type) + sizeof(outputs_type) + sizeof(shard));
  }

 private:
  using saved_type = typename model::template saved<float, shard::cap>;
  using outputs_type = activations<float, shard::cap, model::out>;
  static constexpr std::size_t piece = 4096;  // scalars a thread takes at a time of the flat span
  static_assert(piece % kernel::decay_run == 0);

  struct worker {
    backend::cpu on;
    heap<saved_type> saved = make_heap<saved_type>();
    heap<outputs_type> out = make_heap<outputs_type>();
    heap<shard> in = make_heap<shard>();
  };

  /// f(first scalar, count) over pieces of the flat span, shared by the threads.
  template <class F> void pieces(F&& f) {
    const std::size_t size = flat<float>(*weights_).size();
    std::atomic<std::size_t> next{0};
    team_.run([&](int thread) {
      for (std::size_t i; (i = next.fetch_add(piece)) < size;) f(thread, i, std::min(piece, size - i));
    });
  }

  /// Adds all groups into the first one, in order; the norm's squares are summed a piece at a time, in order too.
  double sum_gradients() {
    pieces([&](int thread, std::size_t first, std::size_t count) {
      float* sum = flat<float>(*gradients_[0]).data() + first;
      for (int g = 1; g < groups; ++g) {
        const float* more = flat<float>(*gradients_[g]).data() + first;
        for (std::size_t i = 0; i < count; ++i) sum[i] += more[i];
      }
      squares_[first / piece] =
          kernel::global_norm<backend::cpu>::square_sum(on(thread), std::span<const float>(sum, count));
    });
    double total = 0;
    for (const double s : squares_) total += s;
    return std::sqrt(total);
  }

  void update(double rate, double clip) {
    pieces([&](int thread, std::size_t first, std::size_t count) {
      using M = typename precision::master;
      std::span<float> moment[optimizer::moments];
      for (int m = 0; m < optimizer::moments; ++m) moment[m] = flat<float>(*moments_[m]).subspan(first, count);
      const auto mine = flat<M>(master()).subspan(first, count);
      const auto step_on = [&](auto on_these, auto... reached) {
        optimizer::step(on(thread), on_these, std::span<const float>(flat<float>(*gradients_[0]).subspan(first, count)),
                        moment, rate, number_, clip, reached...);
      };
      const auto step = [&](auto... reached) {
        if constexpr (optim::rounds_by_chance<precision>) {
          alignas(64) float exact[piece];
          std::ranges::copy(mine, exact);
          step_on(std::span<float>(exact, count), reached...);
          round_by_chance(std::span<const float>(exact, count), mine, first);
        } else {
          step_on(mine, reached...);
        }
      };
      if constexpr (spares_tensors)
        step(kernel::decay_mask(decayed_->reached + first / kernel::decay_run));
      else
        step();
    });
  }

  /// Four weights take one draw, of this step and place.
  void round_by_chance(std::span<const float> from, std::span<bfloat16> to, std::size_t first) const {
    for (std::size_t i = 0; i < from.size(); i += 4) {
      std::uint64_t random =
          bits(draw{seed_, stream("rounding"), first + i}.within(static_cast<std::uint64_t>(number_)));
      for (std::size_t k = i; k < std::min(i + 4, from.size()); ++k, random >>= 16)
        to[k] = rounded_by_chance(from[k], static_cast<std::uint32_t>(random));
    }
  }

  void store_master() {
    if constexpr (separate_master) {
      master_ = make_heap<master_weights>();
      const auto from = flat<float>(*weights_);
      std::ranges::copy(from, flat<typename precision::master>(*master_).begin());
    }
  }
  /// Rounds master weights to what the model computes with, and packs them.
  void weights_changed() {
    if constexpr (separate_master)
      pieces([&](int, std::size_t first, std::size_t count) {
        const auto from = flat<typename precision::master>(*master_);
        const auto to = flat<float>(*weights_);
        for (std::size_t i = first; i < first + count; ++i)
          to[i] = static_cast<float>(static_cast<typename precision::compute>(static_cast<float>(from[i])));
      });
    team_.run([&](int thread) { packed_.pack(*weights_, thread, team_.size()); });
    for (auto& w : workers_) w->on.packed = packed_.of(*weights_);
  }

  backend::team team_;
  std::uint64_t seed_;
  heap<weights> weights_ = make_heap<weights>();
  heap<master_weights> master_;
  heap<weights> gradients_[groups];
  heap<weights> moments_[optimizer::moments];
  backend::packed_weights<weights> packed_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<double> squares_ = std::vector<double>((sizeof(weights) / sizeof(float) + piece - 1) / piece);
  double losses_[groups] = {};
  std::atomic<int> next_group_{0};

 protected:
  /// Whether the model computes with weights that are not the ones that the optimiser keeps.
  static constexpr bool separate_master =
      !std::is_same_v<typename precision::master, float> || !std::is_same_v<typename precision::compute, float>;
  static constexpr bool spares_tensors = optim::spares_tensors<optimizer>;
  heap<optim::decay_map<weights>> decayed_;  // where it does
  long number_ = 0;                          // steps done
};

}  // namespace krait::train
