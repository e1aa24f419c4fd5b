// tests/layer/parallel.cpp: two layers side by side, and a factor.
#define BOOST_TEST_MODULE layer_parallel
#include <krait/layer/attention.hpp>
#include <krait/layer/feed_forward.hpp>
#include <krait/layer/parallel.hpp>
#include <krait/layer/scale.hpp>

#include "layers.hpp"
using namespace krait;
using namespace krait::testing;

using heads = attention<attention_config{6, 2}>;
using mlp = feed_forward<feed_forward_config{6, 5}>;
using both = parallel<heads, mlp>;

BOOST_AUTO_TEST_CASE(is_a_layer_) { hold(is_a_layer<both>()); }
BOOST_AUTO_TEST_CASE(a_factor_is_a_layer) { hold(is_a_layer<scale<5, scale_config{-1.5}>>()); }

BOOST_AUTO_TEST_CASE(it_is_the_sum) {
  trial<double, both> p(2, 9);
  trial<double, heads> a(2, 9);
  trial<double, mlp> b(2, 9);
  *a.w = p.w->first, *b.w = p.w->rest.first;
  p.forward<backend::reference>(), a.forward<backend::reference>(), b.forward<backend::reference>();
  for (int t = 0; t < 18; ++t)
    for (int i = 0; i < 6; ++i) BOOST_TEST(std::abs(p.y.in()[t][i] - a.y.in()[t][i] - b.y.in()[t][i]) < 1e-14);
  trial<double, scale<6, scale_config{3}>> f(2, 9);
  f.forward<backend::reference>();
  for (int i = 0; i < 6; ++i) BOOST_TEST(f.y.in()[4][i] == 3 * f.x.in()[4][i]);
}

BOOST_AUTO_TEST_CASE(names_and_states) {
  are(names<both>(), {"0.qkv_proj.weight 108", "0.qkv_proj.bias 18", "0.out_proj.weight 36", "0.out_proj.bias 6",
                      "1.up_proj.weight 30", "1.up_proj.bias 5", "1.down_proj.weight 30", "1.down_proj.bias 6"});
  are(names<scale<5, scale_config{2}>>(), {});
  constexpr capacity cap{2, 12};
  static_assert(sizeof(both::state<float, cap>) == sizeof(heads::state<float, cap>));
  is_deterministic<both>();
}
