// tests/layer/linear_attention.cu: the layer on a device: it only computes addresses, kernels do the rest.
#define BOOST_TEST_MODULE layer_linear_attention_cuda
#include <krait/kernel/cuda.cuh>
#include <krait/layer/linear_attention.hpp>

#include "../cuda_testing.hpp"
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using plain = linear_attention<linear_attention_config{.d_model = 8, .heads = 2}>;
using gated = linear_attention<linear_attention_config{
    .d_model = 12, .heads = 3, .key_width = 5, .gate = forget_gate::sigmoid, .first_gate = 1}>;
using bare_gated = linear_attention<linear_attention_config{
    .d_model = 9, .gate = forget_gate::sigmoid, .value_proj = false, .out_proj = false, .diagonal = 0.2f}>;

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

template <class T, class L> void agrees_with_reference() requires(!looks_at<T>) {}
template <class T, class L> void agrees_with_reference() requires looks_at<T> {
  const numbers_of<T> scope;
  for (const int length : {0, 1, 5, 33})
    for (const form f : forms) {
      device_trial<backend::cuda, T, L> p(2, length, f);
      device_trial<backend::reference, double, L> exact(2, length, f);
      p.both();
      exact.both();
      BOOST_TEST_CONTEXT(length << " tokens, packed " << f.packed << ", masked " << f.masked) {
        BOOST_TEST(worst(p.y, exact.y) <= layer_tolerance<T>);
        BOOST_TEST(worst(p.dx, exact.dx) <= layer_tolerance<T>);
        BOOST_TEST(worst(values<sum_type<T>>(*p.dw), values<double>(*exact.dw)) <= layer_tolerance<T>);
        BOOST_TEST(worst(p.last->S, exact.last->S) <= layer_tolerance<T>);
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

BOOST_AUTO_TEST_CASE(cuda_is_the_reference) {
  in_every_order([] {
    agrees_with_reference<float, plain>();
    agrees_with_reference<float, gated>();
    agrees_with_reference<float, bare_gated>();
    agrees_with_reference<double, gated>();
    agrees_with_reference<bfloat16, gated>();
  });
}
BOOST_AUTO_TEST_CASE(steps) {
  in_every_order([] {
    steps_are_forward<float, plain>();
    steps_are_forward<float, gated>();
    steps_are_forward<float, bare_gated>();
  });
}
