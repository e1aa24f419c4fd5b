// krait/train/cuda.cuh: the training step on a device, captured once for every shape of a batch as a CUDA
// graph: transfer, forward, loss, backward, norm, update. Looking at a model (losses, outputs, generation, checkpoints)
// is done on the host with the weights as they are: so a trainer of the CPU stands behind this one.
#pragma once
#include <cmath>
#include <krait/backend/cuda/as.cuh>
#include <krait/core/error.hpp>
#include <krait/kernel/cuda.cuh>
#include <krait/kernel/embedding/embedding.hpp>
#include <krait/train/batch/prompt.cuh>
#include <krait/train/cpu.hpp>
#include <krait/train/device_run.cuh>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace krait::train {

namespace detail {
/// Norm and clipping of a step whose loss and squares are there, and whether it is to be taken at all.
template <class Report>
__global__ void finish_step(const double* loss, const double* squares, double clip_norm, backend::step_values* now,
                            Report* report) {
  const double norm = sqrt(*squares);
  // As torch.nn.utils.clip_grad_norm_.
  now->scale = clip_norm > 0 ? fmin(1., clip_norm / (norm + 1e-6)) : 1.;
  if (!isfinite(*loss) || !isfinite(norm)) now->scale = NAN;
  *report = {*loss, norm};
}
}  // namespace detail

template <class Pipeline> class trainer<backend::cuda, Pipeline> : trainer<backend::cpu, Pipeline> {
  using host = trainer<backend::cpu, Pipeline>;

 public:
  using typename host::model, typename host::objective, typename host::shard, typename host::optimizer,
      typename host::precision, typename host::weights, typename host::master_weights;
  using device_shard = typename Pipeline::device_shard;
  static constexpr int per_shard = device_shard::cap.sequences;

  /// Throws cuda_error where there is no device, device_error where the run does not fit it.
  trainer(std::uint64_t seed, int threads)
      : host(seed, threads), run_(parts(), [](backend::cuda& on, memory& at) {
          compute(on, at, {device_shard::cap.sequences, device_shard::cap.length});
        }) {
    if constexpr (spares_tensors) run_.send(run_.device().decayed, *this->decayed_);
    send();
  }

  backend::team& team() { return fetch(), host::team(); }
  const weights& current() { return fetch(), host::current(); }
  master_weights& master() { return fetch(), host::master(); }
  weights& moment(int i) { return fetch(), host::moment(i); }
  using host::on, host::outputs_of, host::saved_of, host::steps_done;

  void reset_optimizer() {
    fetch();
    host::reset_optimizer();
    send();
  }
  void restored(long steps_done) {
    host::restored(steps_done);
    send();
  }

  /// One step on a batch of one shard. Throws number_error, with the weights as they were before it, where the loss or
  /// the gradient is not finite. A batch in which nothing counts has a loss of 0 and changes neither weights nor
  /// moments.
  template <class Batch> step_result step(const Batch& batch, double rate) {
    if (batch.shards() != 1)
      throw device_error("A device carries a whole batch at a time and this one has " + std::to_string(batch.shards()) +
                         " shards; make it with trainer::per_shard sequences a shard.");
    if (batch.weight() == 0) return ++this->number_, step_result{};
    transfer& moved = run_.host();
    const auto scale = static_cast<float>(1 / batch.weight());
    moved.now = {rate, static_cast<double>(this->number_ + 1), 0};
    if constexpr (device_batch<Batch>) {
      moved.prompts = batch.address();
      moved.weight = scale;
      const int count = batch.count, points = batch.extent.points;
      run_.launch({count, 2 * points, 1}, [&](backend::cuda& on, memory& at) {
        move(on, at.prompts, moved.prompts, cudaMemcpyHostToDevice);
        move(on, at.weight_of_token, moved.weight, cudaMemcpyHostToDevice);
        draw_prompts<typename Batch::task_type>(on, &at.prompts, &at.weight_of_token, at.in, count, points);
        whole_step(on, at, moved, {count, 2 * points});
      });
    } else {
      batch.fill(0, moved.in);
      const sequences of = moved.in.of;
      check_ids(moved.in);
      for (int t = 0; t < of.tokens(); ++t) moved.in.weight[t] *= scale;
      run_.launch({of.count, of.length, 0}, [&](backend::cuda& on, memory& at) {
        move(on, at.in, moved.in, cudaMemcpyHostToDevice);
        whole_step(on, at, moved, of);
      });
    }
    const auto [loss, norm] = moved.report;
    if (!std::isfinite(loss) || !std::isfinite(norm)) {
      const auto gradient = make_heap<weights>();
      run_.fetch(*gradient, run_.device().gradient);
      throw number_error(detail::not_finite(this->number_ + 1, loss, current(), *gradient));
    }
    ++this->number_;
    stale_ = true;
    return {loss, norm};
  }

  template <class Batch> double loss(const Batch& batch) { return fetch(), host::loss(batch); }
  template <class Batch, class F> void outputs(const Batch& batch, F&& f) {
    fetch();
    host::outputs(batch, std::forward<F>(f));
  }

  /// Bytes on the device, and graphs captured so far.
  std::size_t device_bytes_taken() const { return run_.bytes(); }
  std::size_t graphs() const { return run_.graphs(); }

 private:
  using activation = typename precision::activation;
  using saved_type = typename model::template saved<activation, device_shard::cap>;
  static constexpr bool half_activations = std::is_same_v<activation, bfloat16>;
  using host::separate_master, host::spares_tensors;
  /// A model of vectors takes them as activations.
  static constexpr bool converts_input = half_activations && !std::is_same_v<typename model::input, ids>;
  struct nothing {};
  using inputs = activations<activation, device_shard::cap, model::input::width>;
  template <bool Wanted, class Part> using only_if = std::conditional_t<Wanted, Part, nothing>;
  /// All that lies on the device but for scratch memory.
  struct memory {
    master_weights master;
    only_if<separate_master, weights> computed;  // masters as the model multiplies with them
    only_if<half_activations, typename model::template weights<bfloat16>> rounded;
    weights gradient, moment[optimizer::moments];
    saved_type saved;
    activations<activation, device_shard::cap, model::out> out;
    device_shard in;
    only_if<converts_input, inputs> input;
    prompt_address prompts;  // where the device draws the batch by itself
    float weight_of_token;
    double loss, squares;
    backend::step_values now;
    step_result report;
    only_if<spares_tensors, optim::decay_map<weights>> decayed;
  };
  /// What goes there at every step, and comes back.
  struct transfer {
    device_shard in;
    prompt_address prompts;
    float weight;
    backend::step_values now;
    step_result report;
  };

  static device_bytes parts() {
    return {{"weights", sizeof(memory::master) + sizeof(memory::computed) + sizeof(memory::rounded)},
            {"gradients", sizeof(weights)},
            {"moments", optimizer::moments * sizeof(weights)},
            {"activations", sizeof(memory::saved) + sizeof(memory::out)},
            {"batch", sizeof(memory::in) + sizeof(memory::input)}};
  }

  /// Forward, loss, backward, norm, update. `at` is on the device: only addresses are made here.
  static void compute(backend::cuda& on, memory& at, sequences of) {
    on.sum = &at.loss;
    on.step = &at.now;
    const auto in = device_shard::at(at.in, of);
    const auto out = at.out.of(of);
    const rows<const activation, model::out> seen(out);
    const weights& weight = computed_weights(on, at);
    const auto input = model_input(on, at, in);
    model::forward(on, weight, input, out, at.saved);
    objective::loss_and_gradient(on, seen, in, 1., out);
    model::backward(on, weight, input, std::as_const(at.saved), seen, at.gradient);
    const std::span<const float> gradient = flat<float>(std::as_const(at.gradient));
    kernel::global_norm<backend::cuda>::square_sum(on, gradient, &at.squares);
    backend::launch(detail::finish_step<step_result>, 1, 1, 0, on.stream, static_cast<const double*>(&at.loss),
                    static_cast<const double*>(&at.squares), optimizer::clip_norm, &at.now, &at.report);
    std::span<float> moment[optimizer::moments];
    for (int m = 0; m < optimizer::moments; ++m) moment[m] = flat<float>(at.moment[m]);
    const auto step = [&](auto... reached) {
      optimizer::step(on, flat<typename precision::master>(at.master), gradient, moment, 0, 1, 1, reached...);
    };
    if constexpr (spares_tensors)
      step(kernel::decay_mask(at.decayed.reached));
    else
      step();
  }
  /// The weights that the model is to multiply with, made from the masters.
  static const weights& computed_weights(backend::cuda& on, memory& at) {
    const std::span<const typename precision::master> master =
        flat<typename precision::master>(std::as_const(at.master));
    if constexpr (separate_master) {
      backend::convert<typename precision::compute>(on.stream, master, flat<float>(at.computed));
      return at.computed;
    } else {
      if constexpr (half_activations) {
        const std::span<bfloat16> copy = flat<bfloat16>(at.rounded);
        backend::convert<bfloat16>(on.stream, master, copy);
        on.rounded = {master, copy.data()};
      }
      return at.master;
    }
  }
  template <class In> static auto model_input(backend::cuda& on, memory& at, const In& in) {
    if constexpr (converts_input) {
      const auto to = at.input.of(in.of);
      backend::convert<activation>(on.stream, in.input(), to);
      return rows<const activation, model::input::width>(to);
    } else {
      return in.input();
    }
  }
  /// From a batch that is there to the report.
  static void whole_step(backend::cuda& on, memory& at, transfer& moved, sequences of) {
    move(on, at.now, moved.now, cudaMemcpyHostToDevice);
    backend::check(cudaMemsetAsync(&at.gradient, 0, sizeof at.gradient, on.stream), "cudaMemsetAsync");
    compute(on, at, of);
    move(on, moved.report, at.report, cudaMemcpyDeviceToHost);
  }
  template <class T> static void move(backend::cuda& on, T& to, const T& from, cudaMemcpyKind kind) {
    backend::check(cudaMemcpyAsync(&to, &from, sizeof(T), kind, on.stream), "cudaMemcpyAsync");
  }

  /// Kernels do not check ids.
  static void check_ids(const device_shard& in) {
    if constexpr (requires { in.id; })
      for (int t = 0; t < in.of.tokens(); ++t) {
        kernel::detail::checked_id(in.id[t], model::vocabulary, "Token id", t);
        if (in.weight[t] != 0) kernel::detail::checked_id(in.target[t], model::out, "Target", t);
      }
  }

  /// The host's weights and moments become the device's.
  void send() {
    run_.send(run_.device().master, host::master());
    for (int m = 0; m < optimizer::moments; ++m) run_.send(run_.device().moment[m], host::moment(m));
    stale_ = false;
  }
  /// And the other way, where steps were taken since.
  void fetch() {
    if (!stale_) return;
    stale_ = false;
    run_.fetch(host::master(), run_.device().master);
    for (int m = 0; m < optimizer::moments; ++m) run_.fetch(host::moment(m), run_.device().moment[m]);
    host::restored(this->number_);
  }

  device_run<memory, transfer> run_;
  bool stale_ = false;
};

}  // namespace krait::train
