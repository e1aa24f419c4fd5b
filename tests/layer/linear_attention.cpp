#define BOOST_TEST_MODULE layer_linear_attention
#include <krait/layer/linear_attention.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using plain = linear_attention<linear_attention_config{.d_model = 8, .heads = 2}>;
using gated = linear_attention<linear_attention_config{
    .d_model = 12, .heads = 3, .key_width = 5, .gate = forget_gate::sigmoid, .first_gate = 1}>;
using bare =
    linear_attention<linear_attention_config{.d_model = 9, .value_proj = false, .out_proj = false, .diagonal = 0.2f}>;
using bare_gated = linear_attention<linear_attention_config{
    .d_model = 9, .gate = forget_gate::sigmoid, .value_proj = false, .out_proj = false, .diagonal = 0.2f}>;

namespace {

/// A text in pieces, the state handed on in one object.
template <class Backend, class T> void pieces_are_the_whole() {
  const int borders[] = {0, 1, 3, 4, 17, 30};
  trial<T, gated> whole(1, 30, {true, true});
  whole.template forward<Backend>();
  const auto state = make_heap<gated::state<T, capacity{1, 1}>>();
  std::vector<T> y;
  for (int i = 0; i < 5; ++i) {
    trial<T, gated> piece(1, borders[i + 1] - borders[i], {true, true});
    piece.take(whole, borders[i]);
    std::copy_n(whole.starts.begin() + borders[i], piece.of.length, piece.starts.begin());
    std::copy_n(whole.keep.begin() + borders[i], piece.of.length, piece.keep.begin());
    gated::forward(on<Backend>(), std::as_const(*piece.w), piece.x.in(), piece.y.out(), piece.saved->it,
                   &std::as_const(*state), state.get());
    for (const T v : piece.y.values()) y.push_back(v);
  }
  BOOST_TEST(worst(y, whole.y.values()) <= layer_tolerance<T>);
}

}  // namespace

BOOST_AUTO_TEST_CASE(plain_is_a_layer) { hold(is_a_layer<plain>()); }
BOOST_AUTO_TEST_CASE(gated_is_a_layer) { hold(is_a_layer<gated>()); }
BOOST_AUTO_TEST_CASE(bare_is_a_layer) { hold(is_a_layer<bare>()); }
BOOST_AUTO_TEST_CASE(bare_gated_is_a_layer) { hold(is_a_layer<bare_gated>()); }

BOOST_AUTO_TEST_CASE(state_is_handed_on) {
  pieces_are_the_whole<backend::reference, double>();
  pieces_are_the_whole<backend::cpu, float>();
}

// The bare form is the sum over s <= t of (W_B x_s . W_C x_t) x_s.
BOOST_AUTO_TEST_CASE(bare_form_is_its_equation) {
  trial<double, bare> p(1, 12);
  p.forward<backend::cpu>();
  table<double, 9> y(p.of);
  const auto product = [&](const auto& m, const double* x, int row) {
    double sum = 0;
    for (int i = 0; i < 9; ++i) sum += m[row * 9 + i] * x[i];
    return sum;
  };
  for (int t = 0; t < 12; ++t)
    for (int s = 0; s <= t; ++s) {
      double score = 0;
      for (int i = 0; i < 9; ++i)
        score += product(p.w->k_proj.weight, p.x.in()[s], i) * product(p.w->q_proj.weight, p.x.in()[t], i);
      for (int i = 0; i < 9; ++i) y.out()[t][i] += score * p.x.in()[s][i];
    }
  BOOST_TEST(worst(p.y, y) <= layer_tolerance<double>);
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<plain>(), {"q_proj.weight 64", "k_proj.weight 64", "v_proj.weight 64", "out_proj.weight 64"});
  are(names<gated>(), {"q_proj.weight 180", "k_proj.weight 180", "v_proj.weight 144", "g_proj.weight 36",
                       "g_proj.bias 3", "out_proj.weight 144"});
  are(names<bare>(), {"q_proj.weight 81", "k_proj.weight 81"});
}

BOOST_AUTO_TEST_CASE(first_values) {
  using wide = linear_attention<linear_attention_config{.d_model = 64, .heads = 4, .gate = forget_gate::sigmoid}>;
  const auto w = initialised<wide>(1, 9);
  for (const auto* m : {&w->q_proj.weight, &w->k_proj.weight, &w->v_proj.weight}) is_uniform(*m, 1 / 8.0);
  is_uniform(w->g_proj.weight, 1 / 8.0);
  is_uniform(w->out_proj.weight, 1 / 24.0);
  for (const float b : w->g_proj.bias.values()) BOOST_TEST(b == 4);
  is_deterministic<wide>();
  const auto diagonal = initialised<linear_attention<linear_attention_config{
      .d_model = 64, .heads = 2, .gate = forget_gate::sigmoid, .diagonal = 0.2f}>>(1);
  for (int h = 0; h < 2; ++h)
    for (int i = 0; i < 32; ++i)
      for (int j = 0; j < 64; ++j) {
        BOOST_TEST(diagonal->q_proj.weight[(h * 32 + i) * 64 + j] == (i == j ? 0.2f : 0.f));
        BOOST_TEST(diagonal->k_proj.weight[(h * 32 + i) * 64 + j] == (i == j ? 0.2f : 0.f));
      }
  is_normal(diagonal->g_proj.weight, 1 / 8.0);
}
