// tests/layer/mamba2.cu: the layer on a device: it only computes addresses, kernels do the rest.
#define BOOST_TEST_MODULE layer_mamba2_cuda
#include <krait/kernel/cuda.cuh>
#include <krait/layer/mamba2.hpp>

#include "../cuda_testing.hpp"
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using released = mamba2<mamba2_config{.d_model = 6, .d_state = 3, .head_width = 4}>;
using one_head = mamba2<mamba2_config{
    .d_model = 7, .d_state = 4, .d_conv = 3, .head_width = 14, .norm = gated_norm_kind::layer_norm_before_gate}>;
// Two groups; no token sees another through the convolution, which has no function; no gate.
using grouped = mamba2<mamba2_config{.d_model = 4,
                                     .d_state = 3,
                                     .d_conv = 1,
                                     .head_width = 2,
                                     .groups = 2,
                                     .gate = false,
                                     .norm = gated_norm_kind::rms_before_gate},
                       kernel::activation_function::identity>;

namespace {

constexpr capacity most{2, 33};

/// A layer with a batch and all that is made of it, where host and device see it.
template <class Backend, class T, class L> struct device_trial {
  template <class U> using shared = std::shared_ptr<U>;
  using weights = typename L::template weights<sum_type<T>>;
  using state = typename L::template state<T, most>;
  array<std::uint8_t> starts, keep;
  sequences of;
  table<T, L::in> x{of, "x"}, dx{of, "dx"};
  table<T, L::out> y{of, "y"}, dy{of, "dy"};
  shared<weights> w = testing::make_shared<weights>(), dw = testing::make_shared<weights>();
  using saved_type = typename L::template saved<T, most>;
  shared<saved_type> saved = testing::make_shared<saved_type>();
  shared<state> last = testing::make_shared<state>();

  device_trial(int count, int length, form f = {})
      : starts(flags("starts", static_cast<std::size_t>(count * length), 0.2)),
        keep(flags("keep", static_cast<std::size_t>(count * length), 0.75)),
        of{count, length, f.packed ? starts.data() : nullptr, f.masked ? keep.data() : nullptr} {
    fill_weights(*w);
  }
  void both() {
    const state* none = nullptr;
    L::forward(on<Backend>(), std::as_const(*w), x.in(), y.out(), *saved, none, last.get());
    L::backward(on<Backend>(), std::as_const(*w), x.in(), std::as_const(*saved), dy.in(), dx.out(), *dw);
    settle<Backend>();
  }
};

template <class T, class L> void agrees_with_reference(std::initializer_list<int> lengths) {
  const numbers_of<T> scope;
  for (const int length : lengths)
    for (const form f : forms) {
      device_trial<backend::cuda, T, L> p(2, length, f);
      device_trial<backend::reference, double, L> exact(2, length, f);
      p.both();
      exact.both();
      BOOST_TEST_CONTEXT(length << " tokens, packed " << f.packed << ", masked " << f.masked) {
        BOOST_TEST(worst(p.y, exact.y) <= layer_tolerance<T>);
        BOOST_TEST(worst(p.dx, exact.dx) <= layer_tolerance<T>);
        BOOST_TEST(worst(values<sum_type<T>>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<T>);
        BOOST_TEST(worst(p.last->h, exact.last->h) <= layer_tolerance<T>);
      }
    }
}

template <class T, class L> void steps_are_forward() {
  constexpr int count = 2, length = 11;
  device_trial<backend::cuda, T, L> p(count, length);
  p.both();
  const auto S = testing::make_shared<typename L::template state<T, most>>();
  table<T, L::in> x({count, 1});
  table<T, L::out> y({count, 1}), steps(p.of);
  for (int i = 0; i < length; ++i) {
    for (int s = 0; s < count; ++s) std::copy_n(p.x.in()[s * length + i], L::in, x.out()[s]);
    L::step(on<backend::cuda>(), std::as_const(*p.w), x.in(), y.out(), *S);
    settle<backend::cuda>();
    for (int s = 0; s < count; ++s) std::copy_n(y.in()[s], L::out, steps.out()[s * length + i]);
  }
  BOOST_TEST(worst(steps, p.y) <= layer_tolerance<T>);
}

}  // namespace

// The kernels' own tests have more lengths; here they meet, a tile's end included.
BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    agrees_with_reference<float, released>({5});
    agrees_with_reference<float, one_head>({5});
    agrees_with_reference<float, grouped>({1});
  });
  agrees_with_reference<float, released>({0, 33});
  agrees_with_reference<bfloat16, released>({33});
}
BOOST_AUTO_TEST_CASE(steps) { steps_are_forward<float, grouped>(); }
