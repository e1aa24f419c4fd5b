// tests/model/flops.cpp: the arithmetic of a step, by hand and against what is published.
#define BOOST_TEST_MODULE model_flops
#include <boost/test/unit_test.hpp>
#include <krait/core/aligned.hpp>
#include <krait/core/reflect.hpp>
#include <krait/model/decoders.hpp>
#include <krait/model/flops.hpp>
#include <krait/model/hybrids.hpp>
#include <string>
using namespace krait;

namespace {

/// Numbers in matrices that tokens are multiplied by: no positions, no table that is looked up.
template <class Model> std::int64_t multiplied() {
  const auto w = make_heap<typename Model::template weights<float>>();
  std::int64_t all = 0;
  for_each_tensor(*w, [&](const std::string& name, const auto& t) {
    using type = std::remove_cvref_t<decltype(t)>;
    if (type::rank == 2 && name != "layers.0.weight" && name.find("conv1d") == std::string::npos &&
        name.find("A_log") == std::string::npos)
      all += t.size;
  });
  return all;
}

/// What a layer of one's own says.
struct my_layer : identity<4> {
  static constexpr flop_count flops(int length) { return {3 * length, 5 * length}; }
};

}  // namespace

BOOST_AUTO_TEST_CASE(by_hand) {
  // 15 weights, 2 tokens: 30 products and sums forward, twice that backward, where the bias' gradient is 5 sums
  static_assert(flops<linear<linear_config{3, 5}>>(2) == flop_count{2 * 30, 2 * 65, 2 * 90});
  static_assert(flops<layer_norm<8>>(3) == flop_count{3 * 8 * 7, 3 * 8 * 11});
  static_assert(flops<rms_norm<8>>(3) == flop_count{3 * 8 * 4, 3 * 8 * 8});
  // a token: q, k, v 96, out 32, over the sum of a softmax 4; 6 pairs: of 2 heads each 4 x 2 + 4
  static_assert(flops<attention<attention_config{4, 2}>>(3) == flop_count{3 * (96 + 32 + 4) + 6 * 2 * 12,
                                                                          3 * (192 + 12 + 64 + 4 + 8) + 6 * 2 * 19,
                                                                          3 * 6 * (48 + 16)});
  // in 32, convolution 16 + 4, x_proj 56, dt 8, scan 4 (3 x 7 + 2), skip 8, gate 8, out 16
  using block = mamba<mamba_config{.d_model = 2, .d_state = 3, .d_conv = 2}>;
  static_assert(flops<block>(1) == flop_count{32 + 20 + 56 + 8 + 92 + 8 + 8 + 16,
                                              64 + 44 + (112 + 4) + 20 + 4 * (3 * 15 + 5) + 16 + 16 + 32,
                                              6 * (16 + 28 + 4 + 8)});
  // exactly discretised: 10 and 22 a state, and no delta x
  static_assert(
      flops<mamba<mamba_config{.d_model = 2, .d_state = 3, .d_conv = 2, .b = kernel::discretisation::zero_order_hold}>>(
          1)
          .forward == flops<block>(1).forward + 4 * (3 * 3 - 1));
  // in 2 x 15, convolution of 10 channels, 1 head of 4: 4, delta x 4, 3 x 4 states, skip 8, gate 8, norm 16, out 16
  static_assert(
      flops<mamba2<mamba2_config{.d_model = 2, .d_state = 3, .d_conv = 2, .head_width = 4}>>(1) ==
      flop_count{60 + 50 + 4 + 4 + 60 + 8 + 8 + 16 + 16, 120 + 110 + 9 + 12 + 132 + 16 + 16 + 32 + 32, 6 * (30 + 8)});
  // scan 4 (3 x 11 + 1), GELU 4, output 64, gate 8
  static_assert(flops<s4d<s4d_config{.d_model = 4, .d_state = 6}>>(5) ==
                flop_count{5 * (136 + 4 + 64 + 8), 5 * (4 * (3 * 23 + 3) + 8 + (128 + 8) + 16), 5 * 6 * 32});
  static_assert(flops<s4_mamba<s4_mamba_config{.d_model = 2, .d_state = 6, .d_conv = 2}>>(1).forward ==
                32 + 20 + 4 * 34 + 4 + 16);
  // 4 gates of 3 from 2 and from 3, 13 a hidden number; 3 gates, 11
  static_assert(flops<lstm<lstm_config{2, 3}>>(1) == flop_count{48 + 72 + 39, 96 + 12 + 144 + 12 + 72, 6 * (24 + 36)});
  static_assert(flops<gru<gru_config{2, 3}>>(1) == flop_count{36 + 54 + 33, 72 + 9 + 108 + 9 + 54, 6 * (18 + 27)});
  // per token and head (2 keys, 2 values): S + k v 2, S q 2
  static_assert(flops<linear_attention<linear_attention_config{.d_model = 4, .heads = 2}>>(1).forward ==
                4 * 32 + 8 * 4);
}

BOOST_AUTO_TEST_CASE(combinators_are_sums) {
  using norm = rms_norm<4>;
  using product = linear<linear_config{4, 4}>;
  constexpr flop_count one = flops<residual<norm, product>>(7);
  static_assert(one == flops<norm>(7) + flops<product>(7) + flop_count{28, 28});
  static_assert(flops<repeat<3, residual<norm, product>>>(7) == one * 3);
  static_assert(flops<chain<norm, product, norm>>(7) == flops<norm>(7) * 2 + flops<product>(7));
  static_assert(flops<parallel<product, product>>(7) == flops<product>(7) * 2 + flop_count{28, 28});
  static_assert(flops<recompute<product>>(7) == flops<product>(7));  // model FLOPs: what is done twice counts once
  static_assert(flops<chain<my_layer, norm>>(7) == flop_count{21, 35} + flops<norm>(7));
  // a type that inherits from a combinator
  constexpr mamba_config C{.d_model = 4};
  static_assert(flops<model::mamba_stack<2, C>>(7) == flops<residual<rms_norm<4>, mamba<C>>>(7) * 2);
}

// 6 N T: Kaplan et al. 2020. Of prompts the input's own gradient is not asked for.
BOOST_AUTO_TEST_CASE(six_a_parameter_and_token) {
  using text =
      model::gpt2<model::decoder_config{.vocabulary = 50, .d_model = 24, .layers = 3, .heads = 4, .positions = 32}>;
  BOOST_TEST(flops<text>(17).products == 6 * multiplied<text>() * 17);
  using prompts = model::vector_model<5, 2, model::transformer_stack<2, 16, 4, 20>, layer_norm<16>>;
  BOOST_TEST(flops<prompts>(20).products == (6 * multiplied<prompts>() - 2 * 5 * 16) * 20);
  using hybrid = model::vector_model<5, 2, model::mambaformer<2, mamba_config{.d_model = 16}, 4>, layer_norm<16>>;
  BOOST_TEST(flops<hybrid>(20).products == (6 * multiplied<hybrid>() - 2 * 5 * 16) * 20);
}

// GPT-3 175B: 3.14e23 for 300 billion tokens. Brown et al. 2020 (arXiv:2005.14165), table D.1. (N and 6 N T alone: what
// else a token costs is below a tenth.)
BOOST_AUTO_TEST_CASE(gpt3_as_published) {
  constexpr int length = 2048;
  constexpr flop_count text = flops<model::gpt2<model::decoder_config{
      .vocabulary = 50257, .d_model = 12288, .layers = 96, .heads = 96, .positions = length}>>(length);
  BOOST_TEST(double(text.products) / length * 300e9 == 3.14e23, boost::test_tools::tolerance(.005));
  BOOST_TEST(double(text.step()) / double(text.products) > 1.01);
  BOOST_TEST(double(text.step()) / double(text.products) < 1.1);
}

// 12 L H Q T a token for a whole square of scores: Chowdhery et al. 2022, appendix B. Half of it lies before the token.
BOOST_AUTO_TEST_CASE(attention_as_published) {
  constexpr int length = 512, heads = 4, width = 64;
  using layer = attention<attention_config{heads * width, heads}>;
  constexpr double square = 12. * heads * width * length, token = double(flops<layer>(length).step()) / length;
  BOOST_TEST(token - 6 * 4. * heads * width * heads * width == square / 2, boost::test_tools::tolerance(.05));
}
