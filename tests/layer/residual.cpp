#define BOOST_TEST_MODULE layer_residual
#include <krait/layer/attention.hpp>
#include <krait/layer/linear.hpp>
#include <krait/layer/residual.hpp>
#include <krait/layer/rms_norm.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using branch = residual<rms_norm<6>, attention<attention_config{6, 2}>>;

BOOST_AUTO_TEST_CASE(is_a_layer_) {
  hold(is_a_layer<branch>());
  hold(is_a_layer<residual<rms_norm<6>, linear<linear_config{6, 6}>>>());
}

BOOST_AUTO_TEST_CASE(a_mixer_of_zero_is_the_identity) {
  using plain = residual<rms_norm<6>, linear<linear_config{6, 6}>>;
  trial<double, plain> p(1, 5);
  p.w->mixer = {};
  p.both<backend::reference>();
  BOOST_TEST(worst(p.y.values(), p.x.values()) == 0);
  BOOST_TEST(worst(p.dx.values(), p.dy.values()) == 0);
}

BOOST_AUTO_TEST_CASE(names_) {
  are(names<branch>(), {"norm.weight 6", "mixer.qkv_proj.weight 108", "mixer.qkv_proj.bias 18",
                        "mixer.out_proj.weight 36", "mixer.out_proj.bias 6"});
}
