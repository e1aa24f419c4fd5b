#define BOOST_TEST_MODULE layer_recompute
#include <krait/layer/chain.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/mamba.hpp>
#include <krait/layer/recompute.hpp>
#include <krait/layer/repeat.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using block = residual<rms_norm<6>, mamba<mamba_config{.d_model = 6, .d_state = 2}>>;

namespace {
/// The same bits as without.
template <class L> void is_the_same() {
  for (const form f : forms) {
    trial<float, recompute<L>> p(2, 30, f);
    trial<float, L> plain(2, 30, f);
    p.template both<backend::cpu>();
    plain.template both<backend::cpu>();
    BOOST_TEST(worst(p.y, plain.y) == 0);
    BOOST_TEST(worst(p.dx, plain.dx) == 0);
    BOOST_TEST(worst(values<float>(*p.dw), values<float>(*plain.dw)) == 0);
  }
}
}  // namespace

BOOST_AUTO_TEST_CASE(gradients_are_bit_identical) {
  is_the_same<block>();
  is_the_same<linear<linear_config{5, 7}>>();
  is_the_same<repeat<2, block>>();
}
BOOST_AUTO_TEST_CASE(is_a_layer_) {
  static_assert(stateful_layer<recompute<block>>);
  static_assert(!stateful_layer<recompute<linear<linear_config{5, 7}>>>);
  hold(is_a_layer<repeat<2, recompute<block>>>());
  hold(steps_are_forward<backend::cpu, float, chain<recompute<block>, recompute<linear<linear_config{6, 3}>>>>());
}
BOOST_AUTO_TEST_CASE(keeps_nothing) {
  constexpr capacity cap{8, 64};
  static_assert(sizeof(repeat<4, recompute<block>>::saved<float, cap>) <
                sizeof(activations<float, cap, 6>) * 4);  // only what lies between the layers
  are(names<recompute<block>>(), names<block>());
}
