// tests/layer/recurrent.cpp: LSTM and GRU as layers, and against PyTorch's cells.
#define BOOST_TEST_MODULE layer_recurrent
#include <krait/layer/gru.hpp>
#include <krait/layer/lstm.hpp>
#include <krait/layer/repeat.hpp>

#include "../oracle.hpp"
#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using long_memory = lstm<lstm_config{.d_model = 5, .d_hidden = 6}>;
using gates = gru<gru_config{.d_model = 5, .d_hidden = 6}>;

namespace {

template <class Values, class T, std::size_t Size> void assign(const Values& from, std::span<T, Size> to) {
  BOOST_REQUIRE(from.size() == to.size());
  std::copy(from.begin(), from.end(), to.begin());
}
/// h and c of every sequence side by side, as a state has them; `prefix`: of a gradient.
std::vector<double> state_of_oracle(const oracle& o, const std::string& prefix, const std::string& ending) {
  std::vector<double> all;
  const auto h = o[prefix + "h" + ending];
  for (std::size_t s = 0; s < 2; ++s) {
    all.insert(all.end(), h.begin() + long(6 * s), h.begin() + long(6 * s + 6));
    if (!o.has(prefix + "c" + ending)) continue;
    const auto c = o[prefix + "c" + ending];
    all.insert(all.end(), c.begin() + long(6 * s), c.begin() + long(6 * s + 6));
  }
  return all;
}

template <class Layer, class Backend, class T> void agrees_with_pytorch(const std::string& name) {
  const oracle o(name);
  trial<T, Layer> p(2, 11);
  p.x = {p.of, o["x"]};
  p.dy = {p.of, o["d.y"]};
  for_each_tensor(*p.w, [&](const std::string& tensor, auto& t) { assign(o[tensor], t.values()); });
  using state = typename Layer::template state<T, capacity{2, 1}>;
  const auto before = make_heap<state>(), after = make_heap<state>(), dbefore = make_heap<state>(),
             dafter = make_heap<state>();
  assign(state_of_oracle(o, "", "0"), std::span(before->h));
  assign(state_of_oracle(o, "d.", "_last"), std::span(dafter->h));
  auto& on_backend = on<Backend>();
  Layer::forward(on_backend, std::as_const(*p.w), p.x.in(), p.y.out(), p.saved->it,
                 static_cast<const state*>(before.get()), after.get());
  Layer::backward(on_backend, std::as_const(*p.w), p.x.in(), std::as_const(p.saved->it), p.dy.in(), p.dx.out(), *p.dw,
                  static_cast<const state*>(before.get()), static_cast<const state*>(dafter.get()), dbefore.get());
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(worst(p.y.values(), o["y"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(after->h, state_of_oracle(o, "", "_last")) <= layer_tolerance<T>);
    BOOST_TEST(worst(p.dx.values(), o["d.x"]) <= layer_tolerance<T>);
    BOOST_TEST(worst(dbefore->h, state_of_oracle(o, "d.", "0")) <= layer_tolerance<T>);
    for_each_tensor(*p.dw, [&](const std::string& tensor, const auto& t) {
      BOOST_TEST_CONTEXT(tensor) { BOOST_TEST(worst(t.values(), o["d." + tensor]) <= layer_tolerance<T>); }
    });
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(lstm_is_a_layer) { is_a_layer<long_memory>(); }
BOOST_AUTO_TEST_CASE(gru_is_a_layer) { is_a_layer<gates>(); }
// A whole vector and a part of one.
BOOST_AUTO_TEST_CASE(wider_than_a_vector) {
  cpu_is_the_reference<float, lstm<lstm_config{19}>>({1, 9});
  cpu_is_the_reference<float, gru<gru_config{19}>>({1, 9});
}

BOOST_AUTO_TEST_CASE(pytorch_agrees) {
  agrees_with_pytorch<long_memory, backend::reference, double>("lstm");
  agrees_with_pytorch<long_memory, backend::cpu, double>("lstm");
  agrees_with_pytorch<long_memory, backend::cpu, float>("lstm");
  agrees_with_pytorch<gates, backend::reference, double>("gru");
  agrees_with_pytorch<gates, backend::cpu, float>("gru");
}

BOOST_AUTO_TEST_CASE(names_and_first_values) {
  are(names<repeat<2, gru<gru_config{4}>>>(), {"0.weight_ih 48", "0.weight_hh 48", "0.bias_ih 12", "0.bias_hh 12",
                                               "1.weight_ih 48", "1.weight_hh 48", "1.bias_ih 12", "1.bias_hh 12"});
  using wide = lstm<lstm_config{16, 64}>;
  const auto w = initialised<wide>(1);
  is_uniform(w->weight_ih, 1 / 8.);  // of the hidden numbers, in PyTorch
  is_uniform(w->weight_hh, 1 / 8.);
  is_uniform(w->bias_ih, 1 / 8.);
  is_uniform(w->bias_hh, 1 / 8.);
  is_deterministic<wide>();
}
