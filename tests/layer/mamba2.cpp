#define BOOST_TEST_MODULE layer_mamba2
#include <krait/layer/mamba2.hpp>

#include "../oracle.hpp"
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

// Three heads of one group; four of two; one with a LayerNorm, as in arXiv:2502.10178's code, which has no skip (the
// norm of a first y near 0 bends too much for central differences).
using released = mamba2<mamba2_config{.d_model = 6, .d_state = 3, .head_width = 4}>;
using grouped = mamba2<mamba2_config{
    .d_model = 4, .d_state = 3, .d_conv = 2, .head_width = 2, .groups = 2, .norm = gated_norm_kind::rms_before_gate}>;
using one_head = mamba2<mamba2_config{
    .d_model = 7, .d_state = 4, .d_conv = 3, .head_width = 14, .norm = gated_norm_kind::layer_norm_before_gate}>;
// No window, no function, no skip, no gate, no norm.
using bare = mamba2<mamba2_config{.d_model = 3,
                                  .d_state = 2,
                                  .d_conv = 1,
                                  .head_width = 3,
                                  .skip = false,
                                  .gate = false,
                                  .norm = gated_norm_kind::none},
                    kernel::activation_function::identity>;

namespace {

template <class Values, class T, std::size_t Size> void assign(const Values& from, std::span<T, Size> to) {
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

template <class Block, class Backend, class T> void agrees_with_pytorch(const char* name) {
  const oracle o(name);
  trial<T, Block> p(2, 11, {o.has("starts"), o.has("mask")});
  if (o.has("starts")) assign(o["starts"], std::span(p.starts));
  if (o.has("mask")) assign(o["mask"], std::span(p.keep));
  p.x = {p.of, o["u"]};
  p.dy = {p.of, o["d.y"]};
  for_each_value(*p.w, [](auto& t) { std::ranges::fill(t.values(), T(0)); });
  for_each_tensor(*p.w, [&](const std::string& tensor, auto& t) {
    if (t.size > 0) assign(o[tensor], t.values());
  });
  using state = typename Block::template state<T, capacity{2, 1}>;
  const auto before = make_heap<state>(), after = make_heap<state>(), dbefore = make_heap<state>(),
             dafter = make_heap<state>();
  assign(o["conv_state"], std::span(before->conv));
  assign(o["h0"], std::span(before->h));
  assign(o["d.conv_state_last"], std::span(dafter->conv));
  assign(o["d.h_last"], std::span(dafter->h));
  const state &initial = *before, &dfinal = *dafter;
  Block::forward(on<Backend>(), std::as_const(*p.w), p.x.in(), p.y.out(), p.saved->it, &initial, after.get());
  Block::backward(on<Backend>(), std::as_const(*p.w), p.x.in(), std::as_const(p.saved->it), p.dy.in(), p.dx.out(),
                  *p.dw, &initial, &dfinal, dbefore.get());
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(worst(p.y.values(), o["y"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(after->conv, o["conv_state_last"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(after->h, o["h_last"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(p.dx.values(), o["d.u"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(dbefore->conv, o["d.conv_state"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(dbefore->h, o["d.h0"]) <= layer_tolerance<T>);
    for_each_tensor(*p.dw, [&](const std::string& tensor, const auto& t) {
      BOOST_TEST_CONTEXT(tensor) {
        if (t.size > 0) BOOST_TEST(worst(t.values(), o["d." + tensor]) <= layer_tolerance<T>);
      }
    });
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(released_is_a_layer) { hold(is_a_layer<released>()); }
BOOST_AUTO_TEST_CASE(grouped_is_a_layer) { hold(is_a_layer<grouped>()); }
BOOST_AUTO_TEST_CASE(one_head_is_a_layer) { hold(is_a_layer<one_head>()); }
BOOST_AUTO_TEST_CASE(bare_is_a_layer) { hold(is_a_layer<bare>()); }

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<released, backend::reference, double>("mamba2_block");
  agrees_with_pytorch<released, backend::cpu, float>("mamba2_block");
  agrees_with_pytorch<grouped, backend::reference, double>("mamba2_block_grouped");
  agrees_with_pytorch<grouped, backend::cpu, float>("mamba2_block_grouped");
  agrees_with_pytorch<one_head, backend::reference, double>("mamba2_block_layer_norm");
  agrees_with_pytorch<one_head, backend::cpu, float>("mamba2_block_layer_norm");
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<released>(), {"in_proj.weight 198", "conv1d.weight 72", "conv1d.bias 18", "dt_bias 3", "A_log 3", "D 3",
                          "norm.weight 12", "out_proj.weight 72"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  using wide = mamba2<mamba2_config{.d_model = 256, .d_state = 16, .head_width = 4}>;
  const auto w = initialised<wide>(1, 9);
  is_uniform(w->in_proj.weight, 1 / 16.0);
  is_uniform(w->conv1d.weight, 1 / 2.0);
  is_uniform(w->out_proj.weight, 1 / (3 * std::sqrt(512.0)));
  const double most = std::log(16.0), mean_A = 8.5;
  double A = 0, log_dt = 0;
  for (int h = 0; h < 128; ++h) {
    BOOST_TEST(w->A_log[h] >= 0);
    BOOST_TEST(w->A_log[h] <= most + 1e-6);
    const double dt = std::log1p(std::exp(w->dt_bias[h]));
    BOOST_TEST(dt >= 1e-3 * .999);
    BOOST_TEST(dt <= 1e-1 * 1.001);
    A += std::exp(w->A_log[h]) / 128, log_dt += std::log(dt) / 128;
    BOOST_TEST(w->D[h] == 1);
  }
  BOOST_TEST(std::abs(A - mean_A) < 4 * 15 / std::sqrt(12.0 * 128));
  BOOST_TEST(std::abs(log_dt - std::log(1e-2)) < 4 * std::log(100.0) / std::sqrt(12.0 * 128));
  for (const float n : w->norm.weight.values()) BOOST_TEST(n == 1);
  is_deterministic<wide>();
}
