#define BOOST_TEST_MODULE layer_mamba
#include <krait/layer/mamba.hpp>

#include "../oracle.hpp"
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using block = mamba<mamba_config{.d_model = 8, .d_state = 4}>;
using odd = mamba<mamba_config{
    .d_model = 5, .d_state = 3, .d_conv = 2, .expand = 3, .dt_rank = 2, .b = kernel::discretisation::zero_order_hold}>;
using narrow = mamba<mamba_config{.d_model = 4, .d_state = 2, .d_conv = 1}>;  // no token sees another's x

namespace {

template <class Values, class T, std::size_t Size> void assign(const Values& from, std::span<T, Size> to) {
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(from.begin(), from.end(), to.begin());
}

template <class Backend, class T> void agrees_with_pytorch() {
  for (const char* ending : {"", "_state", "_mask_packed"}) {
    const oracle o(std::string("mamba_block") + ending);
    trial<T, block> p(2, 11, {o.has("starts"), o.has("mask")});
    if (o.has("starts")) assign(o["starts"], std::span(p.starts));
    if (o.has("mask")) assign(o["mask"], std::span(p.keep));
    p.x = {p.of, o["u"]};
    p.dy = {p.of, o["d.y"]};
    for_each_tensor(*p.w, [&](const std::string& name, auto& t) { assign(o[name], t.values()); });
    using state = block::state<T, capacity{2, 1}>;
    const auto before = make_heap<state>(), after = make_heap<state>(), dbefore = make_heap<state>(),
               dafter = make_heap<state>();
    assign(o["conv_state"], std::span(before->conv));
    assign(o["h0"], std::span(before->h));
    assign(o["d.conv_state_last"], std::span(dafter->conv));
    assign(o["d.h_last"], std::span(dafter->h));
    auto& on_backend = on<Backend>();
    block::forward(on_backend, std::as_const(*p.w), p.x.in(), p.y.out(), p.saved->it,
                   static_cast<const state*>(before.get()), after.get());
    block::backward(on_backend, std::as_const(*p.w), p.x.in(), std::as_const(p.saved->it), p.dy.in(), p.dx.out(), *p.dw,
                    static_cast<const state*>(before.get()), static_cast<const state*>(dafter.get()), dbefore.get());
    BOOST_TEST_CONTEXT("mamba_block" << ending) {
      BOOST_TEST(worst(p.y.values(), o["y"]) <= layer_tolerance<T>);
      BOOST_TEST(worst(after->conv, o["conv_state_last"]) <= layer_tolerance<T>);
      BOOST_TEST(worst(after->h, o["h_last"]) <= layer_tolerance<T>);
      BOOST_TEST(worst(p.dx.values(), o["d.u"]) <= layer_tolerance<T>);
      BOOST_TEST(worst(dbefore->conv, o["d.conv_state"]) <= layer_tolerance<T>);
      BOOST_TEST(worst(dbefore->h, o["d.h0"]) <= layer_tolerance<T>);
      for_each_tensor(*p.dw, [&](const std::string& name, const auto& t) {
        BOOST_TEST_CONTEXT(name) { BOOST_TEST(worst(t.values(), o["d." + name]) <= layer_tolerance<T>); }
      });
    }
  }
}

/// A text in pieces, the state handed on in one object.
template <class Backend, class T> void pieces_are_the_whole() {
  const int borders[] = {0, 1, 3, 4, 17, 30};
  trial<T, odd> whole(1, 30, {true, true});
  whole.template forward<Backend>();
  const auto state = make_heap<odd::state<T, capacity{1, 1}>>();
  std::vector<T> y;
  for (int i = 0; i < 5; ++i) {
    trial<T, odd> piece(1, borders[i + 1] - borders[i], {true, true});
    piece.take(whole, borders[i]);
    std::copy_n(whole.starts.begin() + borders[i], piece.of.length, piece.starts.begin());
    std::copy_n(whole.keep.begin() + borders[i], piece.of.length, piece.keep.begin());
    odd::forward(on<Backend>(), std::as_const(*piece.w), piece.x.in(), piece.y.out(), piece.saved->it,
                 &std::as_const(*state), state.get());
    for (const T v : piece.y.values()) y.push_back(v);
  }
  BOOST_TEST(worst(y, whole.y.values()) <= layer_tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(block_is_a_layer) { hold(is_a_layer<block>()); }
BOOST_AUTO_TEST_CASE(odd_block_is_a_layer) { hold(is_a_layer<odd>()); }
BOOST_AUTO_TEST_CASE(block_without_convolution_is_a_layer) { hold(is_a_layer<narrow>()); }

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<backend::reference, double>();
  agrees_with_pytorch<backend::cpu, double>();
  agrees_with_pytorch<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  pieces_are_the_whole<backend::reference, double>();
  pieces_are_the_whole<backend::cpu, float>();
}

BOOST_AUTO_TEST_CASE(masked_tokens_put_out_zero) {
  trial<float, block> p(2, 20, {true, true});
  p.forward<backend::cpu>();
  for (int t = 0; t < 40; ++t)
    for (int i = 0; i < 8 && !p.keep[static_cast<std::size_t>(t)]; ++i) BOOST_TEST(p.y.in()[t][i] == 0);
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<block>(), {"in_proj.weight 256", "conv1d.weight 64", "conv1d.bias 16", "x_proj.weight 144",
                       "dt_proj.weight 16", "dt_proj.bias 16", "A_log 64", "D 16", "out_proj.weight 128"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  using wide = mamba<mamba_config{.d_model = 64}>;
  const auto w = initialised<wide>(1, 9);
  is_uniform(w->in_proj.weight, 1 / 8.0);
  is_uniform(w->conv1d.weight, 0.5);
  is_uniform(w->conv1d.bias, 0.5);
  is_uniform(w->x_proj.weight, 1 / std::sqrt(128.0));
  is_uniform(w->dt_proj.weight, 0.5);  // rank 4
  is_uniform(w->out_proj.weight, 1 / std::sqrt(128.0) / 3);
  for (int i = 0; i < 128 * 16; ++i) BOOST_TEST(std::abs(w->A_log[i] - std::log(1.0 + i % 16)) < 1e-6);
  for (const float d : w->D.values()) BOOST_TEST(d == 1);
  double mean = 0;
  for (const float bias : w->dt_proj.bias.values()) {
    const double delta = std::log1p(std::exp(static_cast<double>(bias)));
    BOOST_TEST(delta >= 0.999e-3);
    BOOST_TEST(delta <= 1.001e-1);
    mean += std::log(delta) / 128;
  }
  BOOST_TEST(std::abs(mean - std::log(1e-2)) < 4 * std::log(100.0) / std::sqrt(12.0 * 128));  // log-uniform
  is_deterministic<wide>();
}
