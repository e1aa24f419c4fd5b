// benchmarks/device.cu: every CUDA kernel and the training steps on this machine's device, beside the least time that
// roofline.cpp states: a line of JSON each.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <krait/core/random.hpp>
#include <krait/kernel/cuda.cuh>
#include <memory>
#include <string>
#include <vector>

#include "arguments.hpp"
#include "device_shapes.hpp"
#include "device_steps.hpp"

using namespace krait;
using namespace krait::benchmark;

namespace {

struct free_device {
  void operator()(void* p) const { cudaFree(p); }
};
/// Numbers on the device, small and normal.
template <class T> using device_memory = std::unique_ptr<T, free_device>;
template <class T = float> device_memory<T> numbers(std::size_t count) {
  T* made = nullptr;
  backend::check(cudaMalloc(&made, count * sizeof(T)), "cudaMalloc");
  std::vector<T> some(std::min<std::size_t>(count, 1 << 16));
  for (std::size_t i = 0; i < some.size(); ++i)
    some[i] = static_cast<T>(static_cast<float>(0.1 * normal({1, stream("benchmark"), i})));
  for (std::size_t at = 0; at < count; at += some.size())
    backend::check(
        cudaMemcpy(made + at, some.data(), std::min(some.size(), count - at) * sizeof(T), cudaMemcpyHostToDevice),
        "cudaMemcpy");
  return device_memory<T>(made);
}

/// Rows with their storage on the device.
template <class T, int Width> struct device_rows {
  device_memory<T> data;
  sequences of;
  explicit device_rows(sequences s)
      : data(numbers<T>(static_cast<std::size_t>(s.tokens()) * row_stride(Width))), of(s) {}
  rows<T, Width> out() const { return {data.get(), of}; }
  rows<const T, Width> in() const { return {data.get(), of}; }
};
/// A tensor of weights on the device: only its address is used.
template <int... Extents> struct device_tensor {
  device_memory<float> data = numbers(tensor<float, Extents...>::storage);
  tensor<float, Extents...>& operator*() const { return *reinterpret_cast<tensor<float, Extents...>*>(data.get()); }
};

class bench {
 public:
  bench(double parameters, double seconds) : seconds_(seconds) {
    for_each_cost<float>(parameters, [&](const device_cost& c) { costs_.push_back(c); });
    for_each_cost<bfloat16>(parameters, [&](const device_cost& c) { costs_.push_back(c); });
    backend::check(cudaGetDeviceProperties(&device_, 0), "cudaGetDeviceProperties");
    backend::check(cudaStreamCreateWithFlags(&on.stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    on.scratch = {scratch_.get(), scratch_bytes_};
    on.product = &products_;
    on.sum = reinterpret_cast<double*>(sum_.get());
  }
  backend::cuda on;

  /// The mean time of f, which enqueues one call of this kernel with activations of T.
  template <class T, class F> void kernel(const std::string& name, F&& f) {
    const char* scalar = std::is_same_v<T, bfloat16> ? "bf16" : "fp32";
    const auto cost = std::ranges::find_if(
        costs_, [&](const device_cost& c) { return c.kernel == name && std::string_view(c.scalar) == scalar; });
    const double seconds = time(f);
    std::printf(
        "{\"kernel\":\"%s\",\"scalar\":\"%s\",\"device\":\"%s\",\"ms\":%.6g,\"GB_per_s\":%.5g,\"TFLOP_per_s\":%.4g",
        name.c_str(), scalar, device_.name, seconds * 1e3, cost->bytes / seconds / 1e9, cost->flops / seconds / 1e12);
    for (const device_peak& p : device_peaks)
      if (std::string_view(device_.name).find(std::string_view(p.name).substr(0, 4)) != std::string_view::npos)
        std::printf(",\"bound_ms\":%.6g,\"by\":\"%s\",\"achieved\":%.4g", bound(*cost, p).seconds * 1e3,
                    bound(*cost, p).by, bound(*cost, p).seconds / seconds);
    std::printf("}\n");
    std::fflush(stdout);
  }

 private:
  template <class F> double time(F&& f) {
    using clock = std::chrono::steady_clock;
    const auto run = [&](int times) {
      const auto start = clock::now();
      for (int i = 0; i < times; ++i) f();
      backend::check(cudaStreamSynchronize(on.stream), "cudaStreamSynchronize");
      return std::chrono::duration<double>(clock::now() - start).count() / times;
    };
    run(2);
    const double once = run(3);
    return run(static_cast<int>(std::clamp(seconds_ / once, 3., 1000.)));
  }

  double seconds_;
  std::vector<device_cost> costs_;
  cudaDeviceProp device_{};
  static constexpr std::size_t scratch_bytes_ = std::size_t{1} << 30, workspace_bytes_ = std::size_t{32} << 20;
  device_memory<float> scratch_ = numbers(scratch_bytes_ / sizeof(float)), workspace_ = numbers(workspace_bytes_ / 4),
                       sum_ = numbers(2);
  backend::products products_{workspace_.get(), workspace_bytes_};
};

template <class T, capacity Cap> void measure_scan(bench& b) {
  constexpr int E = device_width, N = device_scan.d_state, R = device_rank, row_width = R + 2 * N;
  constexpr sequences of{Cap.sequences, Cap.length};
  using op = kernel::selective_scan<backend::cuda, device_scan>;
  const device_tensor<E, R> dt_weight, ddt_weight;
  const device_tensor<E> dt_bias, D, ddt_bias, dD;
  const device_tensor<E, N> A_log, dA_log;
  const device_rows<T, E> x(of), z(of), y(of), gated(of), dgated(of), dx(of), dz(of);
  const device_rows<T, row_width> row(of), drow(of);
  const auto saved = numbers(kernel::scan_saved_size<device_scan>(Cap));
  const kernel::scan_weights<float, device_scan> w{*dt_weight, *dt_bias, *A_log, *D};
  b.kernel<T>(cost<T>::template scan_forward<device_scan>(of).kernel,
              [&] { op::forward<Cap>(b.on, w, x.in(), row.in(), z.in(), y.out(), gated.out(), saved.get()); });
  b.kernel<T>(cost<T>::template scan_backward<device_scan>(of).kernel, [&] {
    op::backward<Cap>(b.on, w, x.in(), row.in(), z.in(), y.in(), static_cast<const float*>(saved.get()), dgated.in(),
                      gated.out(), dx.out(), drow.out(), dz.out(), {*ddt_weight, *ddt_bias, *dA_log, *dD});
  });
}
template <class T> void measure_scans(bench& b) {
  measure_scan<T, device_batch>(b);
  measure_scan<T, device_few>(b);
  measure_scan<T, device_long>(b);
}
template <class T> void measure_others(bench& b) {
  constexpr sequences of{device_batch.sequences, device_batch.length};
  constexpr int W = device_width;
  const device_rows<T, W> x(of), y(of), dy(of), dx(of);
  const device_tensor<W> weight, bias, dweight, dbias;
  const device_tensor<W, 4> taps, dtaps;
  using conv = kernel::causal_conv1d<backend::cuda, W, 4>;
  b.kernel<T>("causal_conv1d forward", [&] { conv::forward(b.on, *taps, *bias, x.in(), y.out()); });
  b.kernel<T>("causal_conv1d backward",
              [&] { conv::backward(b.on, *taps, *bias, x.in(), dy.in(), dx.out(), *dtaps, *dbias); });
  const auto mean = numbers(static_cast<std::size_t>(of.tokens())),
             inverse = numbers(static_cast<std::size_t>(of.tokens()));
  using rms = kernel::rms_norm<backend::cuda, W>;
  b.kernel<T>("rms_norm forward", [&] { rms::forward(b.on, *weight, x.in(), y.out(), inverse.get(), 1e-5f); });
  b.kernel<T>("rms_norm backward", [&] {
    rms::backward(b.on, *weight, x.in(), static_cast<const float*>(inverse.get()), dy.in(), dx.out(), *dweight);
  });
  using layer = kernel::layer_norm<backend::cuda, W>;
  b.kernel<T>("layer_norm forward",
              [&] { layer::forward(b.on, *weight, *bias, x.in(), y.out(), mean.get(), inverse.get(), 1e-5f); });
  b.kernel<T>("layer_norm backward", [&] {
    layer::backward(b.on, *weight, x.in(), static_cast<const float*>(mean.get()),
                    static_cast<const float*>(inverse.get()), dy.in(), dx.out(), *dweight, *dbias);
  });
  const device_tensor<W, W> matrix, dmatrix;
  using linear = kernel::linear<backend::cuda, W, W>;
  tensor<float, 0> none{};
  b.kernel<T>("linear forward", [&] { linear::forward(b.on, *matrix, none, x.in(), y.out()); });
  b.kernel<T>("linear backward_data", [&] { linear::backward_data(b.on, *matrix, dy.in(), dx.out()); });
  b.kernel<T>("linear backward_weight", [&] { linear::backward_weight(b.on, x.in(), dy.in(), *dmatrix, none); });
  using attention = kernel::attention<backend::cuda, device_heads, device_heads, device_head_width>;
  const device_rows<T, W> k(of), v(of), dk(of), dv(of);
  const auto lse = numbers(static_cast<std::size_t>(of.tokens()) * device_heads);
  b.kernel<T>("attention forward", [&] { attention::forward(b.on, x.in(), k.in(), v.in(), y.out(), lse.get()); });
  b.kernel<T>("attention backward", [&] {
    attention::backward(b.on, x.in(), k.in(), v.in(), y.in(), static_cast<const float*>(lse.get()), dy.in(), dx.out(),
                        dk.out(), dv.out());
  });
  using recurrence = kernel::linear_attention<backend::cuda, device_linear_attention>;
  const device_rows<T, device_heads> gate(of), dgate(of);
  const auto states = numbers(kernel::linear_attention_saved_size<device_linear_attention>({of.count, of.length}));
  b.kernel<T>("linear_attention forward",
              [&] { recurrence::forward(b.on, x.in(), k.in(), v.in(), gate.in(), y.out(), states.get()); });
  b.kernel<T>("linear_attention backward", [&] {
    recurrence::backward(b.on, x.in(), k.in(), v.in(), gate.in(), static_cast<const float*>(states.get()), dy.in(),
                         dx.out(), dk.out(), dv.out(), dgate.out());
  });
  const device_rows<T, device_classes> logits(of), dlogits(of);
  const auto target = numbers(static_cast<std::size_t>(of.tokens()));
  backend::check(cudaMemset(target.get(), 0, static_cast<std::size_t>(of.tokens()) * sizeof(float)), "cudaMemset");
  const auto* targets = reinterpret_cast<const std::int32_t*>(target.get());
  using entropy = kernel::cross_entropy<backend::cuda, device_classes>;
  b.kernel<T>("cross_entropy forward and backward", [&] {
    entropy::forward(b.on, logits.in(), targets, nullptr, inverse.get());
    entropy::backward(b.on, logits.in(), targets, nullptr, static_cast<const float*>(inverse.get()), 1.f,
                      dlogits.out());
  });
}
void measure_adamw(bench& b, std::size_t parameters) {
  const auto w = numbers(parameters), g = numbers(parameters), m = numbers(parameters), s = numbers(parameters);
  backend::check(cudaMemset(s.get(), 0, parameters * sizeof(float)), "cudaMemset");
  const auto span = [&](const auto& of_memory) { return std::span<float>(of_memory.get(), parameters); };
  b.kernel<float>("adamw", [&] {
    kernel::adamw<backend::cuda>::step(b.on, span(w), std::span<const float>(g.get(), parameters), span(m), span(s),
                                       {.lr = 1e-5}, 1, 1);
  });
}

}  // namespace

int main(int argc, char** argv) try {
  double seconds = 0.5, parameters = device_parameters;
  CLI::App app("Every CUDA kernel, and the training steps, on this machine's device.", "device");
  app.option_defaults()->always_capture_default();
  app.add_option("--parameters", parameters, "of the optimiser's step")->check(CLI::Range(1., 1e10));
  app.add_option("--seconds", seconds, "time to measure each for")->check(CLI::Range(0., 3600.));
  read_arguments(app, argc, argv);
  train::require_device();
  {
    bench b(parameters, seconds);
    measure_scans<float>(b);
    measure_scans<bfloat16>(b);
    measure_others<float>(b);
    measure_others<bfloat16>(b);
    measure_adamw(b, static_cast<std::size_t>(parameters));
  }
  device_step<mamba_model, optim::fp32>::measure("mamba_step", 4 * seconds);
  device_step<mamba_model, optim::bf16_activations>::measure("mamba_step", 4 * seconds);
  device_step<transformer_model, optim::fp32>::measure("transformer_step", 4 * seconds);
  device_step<transformer_model, optim::bf16_activations>::measure("transformer_step", 4 * seconds);
  return 0;
} catch (const krait::error& e) {
  std::fprintf(stderr, "device: %s\n", e.what());
  return 1;
}
