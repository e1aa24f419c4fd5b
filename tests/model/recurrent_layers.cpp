#define BOOST_TEST_MODULE model_recurrent_layers
#include <boost/test/unit_test.hpp>
#include <krait/experiment/model_facts.hpp>
#include <krait/model/hybrids.hpp>
#include <krait/model/list.hpp>
#include <krait/model/presets.hpp>
#include <krait/model/recurrent_layers.hpp>
using namespace krait;

namespace {

constexpr mamba_config wide{.d_model = 16, .d_state = 8, .d_conv = 3}, narrow{.d_model = 16, .d_state = 4};
template <class Layers> using over = model::vector_model<3, 1, Layers, layer_norm<16>>;
template <class Mixer> using branch = residual<layer_norm<16>, Mixer>;

struct mine : repeat<3, branch<mamba<narrow>>> {};

static_assert(recurrent_layers_of<mamba<wide>> == recurrent_layers{1, 8, 3});
static_assert(recurrent_layers_of<over<model::mamba_stack<4, wide, layer_norm<16>>>> == recurrent_layers{4, 8, 3});
static_assert(recurrent_layers_of<model::language_model<7, model::mamba_stack<2, narrow>, rms_norm<16>>> ==
              recurrent_layers{2, 4, 4});
static_assert(recurrent_layers_of<over<mine>> == recurrent_layers{3, 4, 4});
static_assert(recurrent_layers_of<mamba2<mamba2_config{.d_model = 16, .d_state = 8, .d_conv = 1, .head_width = 16}>> ==
              recurrent_layers{1, 8, 1});
static_assert(recurrent_layers_of<recompute<selective_ssm<selective_ssm_config{16}>>> == recurrent_layers{1, 16, 1});
// Layers that are not alike, and models that have none.
static_assert(recurrent_layers_of<chain<branch<mamba<wide>>, branch<mamba<narrow>>>> == recurrent_layers{2, -1, -1});
static_assert(recurrent_layers_of<model::language_model<7, model::transformer_stack<2, 16, 4, 9>, layer_norm<16>>> ==
              recurrent_layers{});

}  // namespace

// A page reads them as numbers, under whatever name the model has.
BOOST_AUTO_TEST_CASE(they_are_facts_of_a_study) {
  studies::record r;
  experiment::describe_model<model::named<"any name", over<model::mambaformer<2, narrow, 4>>>>(r);
  BOOST_TEST(r.number("any name: recurrent layers") == 3);
  BOOST_TEST(r.number("any name: d_state") == 4);
  BOOST_TEST(r.number("any name: window of the convolutions") == 4);
  const auto before = r.facts().size();
  experiment::describe_model<model::named<"uneven", over<chain<branch<mamba<wide>>, branch<mamba<narrow>>>>>>(r);
  BOOST_TEST(r.facts().size() == before + 3);  // type, parameters and layers alone
}
