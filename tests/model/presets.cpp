#define BOOST_TEST_MODULE model_presets
#include "models.hpp"
using namespace krait;
using namespace krait::testing;

// The released mamba-130m: 24 blocks of width 768, 50277 tokens rounded up to 50280; nothing of it is allocated here.
namespace {
constexpr int d = 768, e = 2 * d, n = 16, r = 48;
using mamba_130m = model::language_model<50280, model::mamba_stack<24, mamba_config{.d_model = d}>, rms_norm<d>>;
template <class T> using weights_130m = mamba_130m::weights<T>;
constexpr long block_size = d + 2L * e * d + 4L * e + e + (r + 2L * n) * e + static_cast<long>(e) * r + e +
                            static_cast<long>(e) * n + e + static_cast<long>(d) * e;
constexpr long size_130m = 50280L * d + 24 * block_size + d;
static_assert(size_130m == 129135360);                  // as published
constexpr long stored_130m = size_130m + 24L * 3 * 16;  // the three biases that a block lacks take 16 scalars each
static_assert(sizeof(weights_130m<float>) == 4 * stored_130m);
static_assert(sizeof(weights_130m<double>) == 8 * stored_130m);
static_assert(sizeof(weights_130m<bfloat16>) == 2 * stored_130m);

// GPT-2 small.
using gpt2 = model::language_model<50257, model::transformer_stack<12, 768, 12, 1024>, layer_norm<768>>;
constexpr long gpt2_block = 4L * 768 + 3L * 768 * 769 + 768L * 769 + 3072L * 769 + 768L * 3073;
constexpr long gpt2_size = (50257L + 1024) * 768 + 12 * gpt2_block + 2 * 768;
static_assert(gpt2_size == 124439808);
static_assert(sizeof(gpt2::weights<float>) == 4 * gpt2_size);
}  // namespace

BOOST_AUTO_TEST_CASE(parameters_are_counted_without_padding) {
  const auto mamba = make_heap<tiny_mamba::weights<float>>();
  BOOST_TEST(parameter_count(*mamba) == 16 * 8 + 2 * (8 + 256 + 64 + 16 + 144 + 16 + 16 + 64 + 16 + 128) + 8);
  const auto transformer = make_heap<tiny_transformer::weights<float>>();
  BOOST_TEST(parameter_count(*transformer) == 16 * 8 + 14 * 8 + 2 * (16 + 24 * 9 + 8 * 9 + 16 + 32 * 9 + 8 * 33) + 16);
}

// The names of the files that others read.
BOOST_AUTO_TEST_CASE(names_) {
  for (const char* name : {"mamba_lm", "transformer_lm"}) {
    const oracle o(name);
    for (const std::string& tensor : name[0] == 'm' ? names<tiny_mamba>() : names<tiny_transformer>())
      BOOST_TEST_CONTEXT(tensor) { BOOST_TEST(o.has(tensor.substr(0, tensor.find(' ')))); }
  }
}

BOOST_AUTO_TEST_CASE(last_layers_are_scaled_by_the_branches) {
  const auto mamba = initialised<model::mamba_stack<9, mamba_config{.d_model = 32}>>(1);
  is_uniform((*mamba)[5].mixer.out_proj.weight, 1 / std::sqrt(64.0) / 3);
  const auto transformer = initialised<model::transformer_stack<8, 64, 2, 16>>(1);
  const auto& block = transformer->rest.first[3];
  is_normal(block.first.mixer.out_proj.weight, 0.005);
  is_normal(block.rest.first.mixer.down_proj.weight, 0.005);
  is_normal(block.first.mixer.qkv_proj.weight, 0.02);
  is_normal(transformer->first.weight, 0.02);
}
