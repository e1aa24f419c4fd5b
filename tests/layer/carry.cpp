#define BOOST_TEST_MODULE layer_carry
#include "carry.hpp"

#include <krait/layer/attention.hpp>
#include <krait/layer/chain.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/linear_attention.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/positions.hpp>
#include <krait/layer/recompute.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 4;
using norm = rms_norm<d>;
using block = mamba<mamba_config{.d_model = d, .d_state = 2, .d_conv = 3}>;
using gated = linear_attention<linear_attention_config{.d_model = d, .heads = 2, .gate = forget_gate::sigmoid}>;
using mlp = feed_forward<feed_forward_config{.d_model = d, .d_hidden = 5}>;

/// Every combinator, layers with and without a state, a mixer with forward_onto and others without.
using nested = chain<linear<linear_config{3, d}>,
                     repeat<2, chain<residual<norm, block>, residual<norm, recompute<gated>>, residual<norm, mlp>>>,
                     recompute<residual<norm, block>>, recompute<mlp>>;
template <class T> using run = layer_run<T, nested>;

}  // namespace

BOOST_AUTO_TEST_CASE(steps_from_a_state) {
  steps_from_a_state_are_forward<backend::reference, run<double>, double>();
  steps_from_a_state_are_forward<backend::cpu, run<float>, float>();
}
BOOST_AUTO_TEST_CASE(pieces) {
  two_pieces_are_the_whole<backend::reference, run<double>, double>();
  two_pieces_are_the_whole<backend::cpu, run<float>, float>();
}
BOOST_AUTO_TEST_CASE(gradients_against_central_differences) { gradient_in_the_state_is_the_slope<run<double>>(); }
BOOST_AUTO_TEST_CASE(cpu_carries_as_the_reference) {
  carries_as_the_reference<backend::cpu, run<float>, run<double>, float>();
}
BOOST_AUTO_TEST_CASE(no_state_is_zeros) { null_is_zero<backend::cpu, run<float>, float>(); }

// dx too, which models do not ask for.
BOOST_AUTO_TEST_CASE(gradient_in_the_input) {
  run<double> p(2, 4);
  both_from_a_state<backend::reference>(p);
  const auto slope = slopes(
      p.x, [&] { return carried_loss<backend::reference>(p); }, near_by);
  BOOST_TEST(worst(p.dx.values(), slope) <= layer_slope_tolerance);
}

// Layers without a state carry nothing and take no room beside those that have one.
BOOST_AUTO_TEST_CASE(layers_without_a_state_are_free) {
  constexpr capacity cap{2, 12};
  using alone = state_of<block, float, cap>;
  using among = chain<norm, residual<norm, block>, mlp, linear<linear_config{d, 3}>>;
  static_assert(sizeof(among::state<float, cap>) == sizeof(alone));
  static_assert(std::is_same_v<state_of<recompute<mlp>, float, cap>, no_state>);
}

// Positions go on where the text stands.
BOOST_AUTO_TEST_CASE(positions_are_carried) {
  using layer = chain<learned_positions<d, positions_config{11}>, residual<norm, block>>;
  layer_run<double, layer> whole(2, 11), a(2, 4), b(2, 7);
  a.take(whole, 0), b.take(whole, 4);
  whole.forward<backend::reference>(nullptr, whole.final.get());
  a.forward<backend::reference>(nullptr, a.final.get());
  b.forward<backend::reference>(a.final.get(), b.final.get());
  auto pieces = whole.y;
  put(a.y, 0, pieces), put(b.y, 4, pieces);
  BOOST_TEST(worst(pieces, whole.y) <= layer_tolerance<double>);
  for (const int p : b.final->layers.first.position) BOOST_TEST(p == 11);
  b.dinitial->layers.first.position[0] = 5;
  b.backward<backend::reference>(a.final.get(), nullptr, b.dinitial.get());
  BOOST_TEST(b.dinitial->layers.first.position[0] == 0);
  for (int i = 0; i < 4 * d; ++i) BOOST_TEST(b.dw->first.weight[i] == 0);
  BOOST_TEST(std::abs(b.dw->first.weight[4 * d]) > 0);
  layer_run<double, layer> beyond(2, 5);
  beyond.initial->layers.first.position[1] = 7;
  BOOST_CHECK_THROW(beyond.forward<backend::reference>(beyond.initial.get(), beyond.final.get()), data_error);
}
