// tests/ptxas/kernels.cu: every kernel at the shapes of the presets, for check.py to ask ptxas about.
#include <krait/backend/cuda/as.cuh>
#include <krait/core/bfloat16.hpp>
#include <krait/kernel/cuda.cuh>
using namespace krait;

namespace {

template <class T> T& there();  // nothing here is run or linked
template <class T, int Width> rows<T, Width> some() { return {}; }

template <class T, int E, int N, int R, kernel::discretisation Form> void scan(backend::cuda& on) {
  constexpr kernel::scan_config C{E, N, R, Form};
  using op = kernel::selective_scan<backend::cuda, C>;
  constexpr int row = R + 2 * N;
  using W = sum_type<T>;
  const kernel::scan_weights<W, C> w{there<tensor<W, E, R>>(), there<tensor<W, E>>(), there<tensor<W, E, N>>(),
                                     there<tensor<W, E>>()};
  const kernel::scan_gradients<W, C> dw{there<tensor<W, E, R>>(), there<tensor<W, E>>(), there<tensor<W, E, N>>(),
                                        there<tensor<W, E>>()};
  const auto x = some<const T, E>();
  const auto y = some<T, E>();
  const auto of_capacity = [&]<capacity Cap>() {
    op::template forward<Cap>(on, w, x, some<const T, row>(), x, y, y, static_cast<W*>(nullptr));
    op::template backward<Cap>(on, w, x, some<const T, row>(), x, x, static_cast<const W*>(nullptr), x, y, y,
                               some<T, row>(), y, dw);
  };
  of_capacity.template operator()<capacity{64, 1}>();  // in each form
  of_capacity.template operator()<capacity{1, 1 << 20}>();
  if constexpr (N <= 32) of_capacity.template operator()<capacity{1, 1024}>();
}
template <class T, int Heads, int KvHeads, int Width> void attend(backend::cuda& on) {
  using op = kernel::attention<backend::cuda, Heads, KvHeads, Width>;
  const auto q = some<const T, Heads * Width>();
  const auto k = some<const T, KvHeads * Width>();
  const auto y = some<T, Heads * Width>();
  const auto d = some<T, KvHeads * Width>();
  op::forward(on, q, k, k, y, static_cast<sum_type<T>*>(nullptr));
  op::backward(on, q, k, k, q, static_cast<const sum_type<T>*>(nullptr), q, y, d, d);
}
template <class T, int Heads, int Keys, int Values> void attend_linearly(backend::cuda& on) {
  using op = kernel::linear_attention<backend::cuda, kernel::linear_attention_config{Heads, Keys, Values}>;
  using Sum = backend::sum_type<T>;
  const auto q = some<const T, Heads * Keys>();
  const auto v = some<const T, Heads * Values>();
  const auto g = some<const T, Heads>();
  const auto dq = some<T, Heads * Keys>();
  const auto dv = some<T, Heads * Values>();
  op::forward(on, q, q, v, g, dv, static_cast<Sum*>(nullptr));
  op::backward(on, q, q, v, g, static_cast<const Sum*>(nullptr), v, dq, dq, dv, some<T, Heads>());
}
template <class T, int D> void of_width(backend::cuda& on) {
  const auto x = some<const T, D>();
  const auto y = some<T, D>();
  using W = sum_type<T>;
  auto* kept = static_cast<W*>(nullptr);
  const auto* seen = static_cast<const W*>(nullptr);
  auto& w = there<tensor<W, D>>();
  using rms = kernel::rms_norm<backend::cuda, D>;
  rms::forward(on, w, x, y, kept, 1e-5f);
  rms::backward(on, w, x, seen, x, y, w);
  rms::backward_onto(on, w, x, seen, x, x, y, w);
  using layer = kernel::layer_norm<backend::cuda, D>;
  layer::forward(on, w, w, x, y, kept, kept, 1e-5f);
  layer::backward(on, w, x, seen, seen, x, y, w, w);
  layer::backward_onto(on, w, x, seen, seen, x, x, y, w, w);
  using conv = kernel::causal_conv1d<backend::cuda, D, 4>;
  auto& taps = there<tensor<W, D, 4>>();
  conv::forward(on, taps, w, x, y);
  conv::backward(on, taps, w, x, x, y, taps, w);
  kernel::add<backend::cuda, D>::forward(on, x, x, y);
  kernel::assign<backend::cuda, D>::copy(on, x, y);
  kernel::assign<backend::cuda, D>::fill(on, T(0), y);
  auto& table = there<tensor<W, 256, D>>();
  kernel::positions<backend::cuda, 256, D>::forward(on, table, x, y);
  kernel::positions<backend::cuda, 256, D>::backward(on, x, y, table);
  kernel::embedding<backend::cuda, 256, D>::forward(on, table, ids{}, y);
  kernel::embedding<backend::cuda, 256, D>::backward(on, ids{}, x, table);
  using gelu = kernel::activation<backend::cuda, kernel::activation_function::gelu_tanh, D>;
  gelu::forward(on, x, y);
  gelu::backward(on, x, x, y);
  using gate = kernel::gated<backend::cuda, kernel::activation_function::silu, D>;
  gate::forward(on, x, x, y);
  gate::backward(on, x, x, x, y, y);
  kernel::softmax<backend::cuda, D>::forward(on, x, y);
  kernel::softmax<backend::cuda, D>::backward(on, x, x, y);
  kernel::linear<backend::cuda, D, 256>::backward_weight(on, x, some<const T, 256>(), table, there<tensor<W, 256>>());
}
template <class T, int Channels, int Pairs> void scan_of_poles(backend::cuda& on) {
  using op = kernel::s4d_scan<backend::cuda, Channels, Pairs>;
  using W = sum_type<T>;
  auto& row = there<tensor<W, Channels>>();
  auto& matrix = there<tensor<W, Channels, Pairs>>();
  auto& C = there<tensor<W, Channels, Pairs, 2>>();
  const kernel::s4d_weights<W, Channels, Pairs> w{row, matrix, matrix, C, row};
  const auto x = some<const T, Channels>();
  const auto y = some<T, Channels>();
  op::forward(on, w, x, y, static_cast<W*>(nullptr));
  op::backward(on, w, x, static_cast<const W*>(nullptr), x, y,
               kernel::s4d_gradients<W, Channels, Pairs>{row, matrix, matrix, C, row});
}
template <class T, int Classes> void losses(backend::cuda& on) {
  using W = sum_type<T>;
  using entropy = kernel::cross_entropy<backend::cuda, Classes>;
  entropy::forward(on, some<const T, Classes>(), nullptr, nullptr, static_cast<W*>(nullptr));
  entropy::backward(on, some<const T, Classes>(), nullptr, nullptr, static_cast<const W*>(nullptr), W(1),
                    some<T, Classes>());
  const auto y = some<const T, 1>();
  const auto target = some<const float, 1>();
  const auto pointwise = [&]<class Loss>(Loss) {
    using op = kernel::pointwise_loss<backend::cuda, Loss, 1>;
    op::forward(on, y, target, nullptr);
    op::backward(on, y, target, nullptr, W(1), some<T, 1>());
  };
  pointwise(kernel::losses::squared_error{});
  pointwise(kernel::losses::hinge{});
  pointwise(kernel::losses::logistic{});
}
template <class Weight> void optimisers(backend::cuda& on) {
  const std::span<float> v;
  const std::span<Weight> w;
  kernel::adamw<backend::cuda>::step(on, w, std::span<const float>(v), v, v, {}, 1, 1);
  kernel::sgd<backend::cuda>::step(on, w, std::span<const float>(v), v, {}, 1);
  kernel::global_norm<backend::cuda>::square_sum(on, std::span<const float>(v), static_cast<double*>(nullptr));
}

}  // namespace

template <class T> void of_scalar(backend::cuda& on) {
  using enum kernel::discretisation;
  scan<T, 256, 1, 8, euler>(on);
  scan<T, 256, 4, 8, euler>(on);
  scan<T, 256, 16, 8, euler>(on);
  scan<T, 256, 16, 8, zero_order_hold>(on);
  scan<T, 1536, 16, 48, euler>(on);
  scan<T, 256, 32, 8, euler>(on);
  scan<T, 256, 64, 8, euler>(on);
  scan<T, 256, 128, 8, euler>(on);
  scan<T, 256, 256, 8, euler>(on);
  scan_of_poles<T, 128, 8>(on);
  scan_of_poles<T, 256, 8>(on);
  scan_of_poles<T, 256, 32>(on);
  attend<T, 8, 8, 16>(on);
  attend<T, 4, 4, 32>(on);
  attend<T, 12, 12, 64>(on);
  attend<T, 8, 2, 128>(on);
  attend<T, 4, 1, 256>(on);
  attend_linearly<T, 1, 31, 31>(on);
  attend_linearly<T, 8, 16, 16>(on);
  attend_linearly<T, 8, 64, 64>(on);
  attend_linearly<T, 4, 128, 128>(on);
  attend_linearly<T, 1, 256, 256>(on);
  of_width<T, 128>(on);
  of_width<T, 256>(on);
  of_width<T, 768>(on);
  losses<T, 256>(on);
  losses<T, 50280>(on);
}

void all(backend::cuda& on) {
  of_scalar<float>(on);
  of_scalar<bfloat16>(on);
  // A step with activations of bfloat16 rounds weights.
  backend::convert<bfloat16>(nullptr, std::span<const float>(), std::span<bfloat16>());
  optimisers<float>(on);
  optimisers<bfloat16>(on);
}
