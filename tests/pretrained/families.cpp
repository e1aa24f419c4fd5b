// tests/pretrained/families.cpp: tiny checkpoints of the transformer families, against transformers.
#define BOOST_TEST_MODULE pretrained_families
#include <boost/test/unit_test.hpp>
#include <krait/model/released.hpp>
#include <krait/pretrained/read.hpp>

#include "checkpoints.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using model::decoder_config;
using tiny_llama = model::llama<decoder_config{
    .vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .kv_heads = 2, .d_hidden = 24, .tied = false}>;
using tiny_qwen2 = model::qwen2<decoder_config{.vocabulary = 48,
                                               .d_model = 16,
                                               .layers = 2,
                                               .heads = 4,
                                               .d_hidden = 24,
                                               .rope_theta = 1e6,
                                               .eps = 1e-6f,
                                               .tied = false}>;
using tiny_gemma = model::gemma<decoder_config{.vocabulary = 48,
                                               .d_model = 16,
                                               .layers = 2,
                                               .heads = 4,
                                               .kv_heads = 1,
                                               .head_width = 6,
                                               .d_hidden = 24,
                                               .eps = 1e-6f}>;
using tiny_olmo = model::olmo<decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .d_hidden = 24}>;
using tiny_phi = model::phi<decoder_config{
    .vocabulary = 48, .d_model = 20, .layers = 2, .heads = 2, .d_hidden = 24, .rotary = 4, .tied = false}>;
using tiny_gpt2 =
    model::gpt2<decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .positions = 80}>;

/// Reads a config.json with a change.
std::string with(const std::string& family, const std::function<void(nlohmann::json&)>& change) {
  scratch_folder folder;
  changed_checkpoint c(family);
  change(c.config);
  c.write_config(folder.path);
  std::string text;
  const std::string error_text =
      sentence_of<error>([&] { text = pretrained::type_text(pretrained::read_description(folder.path)); });
  return error_text.empty() ? text : error_text.substr(folder.path.string().size() + 1);
}

}  // namespace

BOOST_AUTO_TEST_CASE(llama) {
  reference_computes_as_transformers<tiny_llama>("llama");
  is_written_as_transformers_writes<tiny_llama>("llama");
}
BOOST_AUTO_TEST_CASE(qwen2) {
  reference_computes_as_transformers<tiny_qwen2>("qwen2");
  is_written_as_transformers_writes<tiny_qwen2>("qwen2");
}
BOOST_AUTO_TEST_CASE(gemma) {
  reference_computes_as_transformers<tiny_gemma>("gemma");
  is_written_as_transformers_writes<tiny_gemma>("gemma");
}
BOOST_AUTO_TEST_CASE(olmo) {
  reference_computes_as_transformers<tiny_olmo>("olmo");
  is_written_as_transformers_writes<tiny_olmo>("olmo");
}
BOOST_AUTO_TEST_CASE(phi) {
  reference_computes_as_transformers<tiny_phi>("phi");
  is_written_as_transformers_writes<tiny_phi>("phi");
}
BOOST_AUTO_TEST_CASE(gpt2) {
  reference_computes_as_transformers<tiny_gpt2>("gpt2");
  is_written_as_transformers_writes<tiny_gpt2>("gpt2");
}

// The parameters that were published.
BOOST_AUTO_TEST_CASE(released_models_have_their_parameters) {
  const auto count = []<class Model>(std::type_identity<Model>) {  // pages that nobody touches cost nothing
    return parameter_count(*make_heap<typename Model::template weights<float>>());
  };
  BOOST_TEST(count(std::type_identity<model::mamba_130m>{}) == 129135360);
  BOOST_TEST(count(std::type_identity<model::mamba_370m>{}) == 371516416);
  BOOST_TEST(count(std::type_identity<model::mamba_790m>{}) == 793204224);
  BOOST_TEST(count(std::type_identity<model::mamba_1_4b>{}) == 1372178432);
  BOOST_TEST(count(std::type_identity<model::mamba_2_8b>{}) == 2768345600);
  BOOST_TEST(count(std::type_identity<model::olmo_1b>{}) == 1176764416);
  BOOST_TEST(count(std::type_identity<model::qwen1_5_1_8b>{}) == 1836828672);
  BOOST_TEST(count(std::type_identity<model::gemma_2b>{}) == 2506172416);
  BOOST_TEST(count(std::type_identity<model::phi_2>{}) == 2779683840);
  BOOST_TEST(count(std::type_identity<model::gpt2_124m>{}) == 124439808);
  BOOST_TEST(count(std::type_identity<model::smollm2_135m>{}) == 134515008);
  BOOST_TEST(count(std::type_identity<model::stories260k>{}) == 260032);
}

// The type that a config.json asks for; what krait's layers do not do is named.
BOOST_AUTO_TEST_CASE(config_files_become_types) {
  const auto as_it_is = [](nlohmann::json&) {};
  BOOST_TEST(with("llama", as_it_is) ==
             "model::llama<model::decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .kv_heads = "
             "2, .d_hidden = 24, .tied = false}>");
  BOOST_TEST(with("qwen2", as_it_is) ==
             "model::qwen2<model::decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .d_hidden = "
             "24, .rope_theta = 1000000, .eps = 1e-06f, .tied = false}>");
  BOOST_TEST(with("gemma", as_it_is) ==
             "model::gemma<model::decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .kv_heads = "
             "1, .head_width = 6, .d_hidden = 24, .eps = 1e-06f}>");
  BOOST_TEST(with("phi", as_it_is) ==
             "model::phi<model::decoder_config{.vocabulary = 48, .d_model = 20, .layers = 2, .heads = 2, .d_hidden = "
             "24, .rotary = 4, .tied = false}>");
  BOOST_TEST(with("gpt2", as_it_is) ==
             "model::gpt2<model::decoder_config{.vocabulary = 48, .d_model = 16, .layers = 2, .heads = 4, .positions = "
             "80}>");
  // transformers 5 keeps the rotation in rope_parameters; both places may speak if they agree.
  const std::string five = with("qwen2", [](nlohmann::json& j) {
    j.erase("rope_theta");
    j["rope_parameters"] = {{"rope_theta", 1e6}, {"rope_type", "default"}};
  });
  BOOST_TEST(five == with("qwen2", as_it_is));
  BOOST_TEST(with("qwen2", [](nlohmann::json& j) {
               j["rope_parameters"] = {{"rope_theta", 5}};
             }) == "config.json has a rope_theta that is 1000000 and, in rope_parameters, 5; fetch it again.");
  BOOST_TEST(with("phi", [](nlohmann::json& j) {
               j.erase("partial_rotary_factor");
               j["rope_parameters"] = {{"partial_rotary_factor", 0.4}};
             }) == with("phi", as_it_is));
  BOOST_TEST(with("gemma", [](nlohmann::json& j) { j["hidden_act"] = "gelu", j["hidden_activation"] = "gelu"; }) ==
             with("gemma", as_it_is));
  const auto refused = [](const char* family, const char* key, nlohmann::json value) {
    return contains(with(family, [&](nlohmann::json& j) { j[key] = value; }), std::string("config.json has ") + key);
  };
  BOOST_TEST(refused("llama", "attention_bias", true));
  BOOST_TEST(refused("llama", "hidden_act", "relu"));
  BOOST_TEST(refused("olmo", "clip_qkv", 8.0));
  BOOST_TEST(refused("qwen2", "use_sliding_window", true));
  BOOST_TEST(refused("phi", "qk_layernorm", true));
  BOOST_TEST(refused("gpt2", "scale_attn_by_inverse_layer_idx", true));
  BOOST_TEST(contains(with("llama",
                           [](nlohmann::json& j) {
                             j["rope_scaling"] = {{"rope_type", "llama3"}};
                           }),
                      "llama3"));
  BOOST_TEST(sentence_of<data_error>([] { pretrained::read<tiny_llama>(checkpoint_of("qwen2")); })
                 .ends_with("config.json is of the family qwen2 where this program's model is of llama; write " +
                            with("qwen2", as_it_is) + "."));
}

BOOST_AUTO_TEST_CASE(a_head_of_its_own_must_be_there) {
  scratch_folder folder;
  changed_checkpoint c("llama");
  c.tensors.erase("lm_head.weight");
  c.write(folder / "model.safetensors"), c.write_config(folder.path);
  BOOST_TEST(contains(sentence_of<data_error>([&] { pretrained::read<tiny_llama>(folder.path); }),
                      "has no tensor lm_head.weight"));
}

// GPT-2's file of 2019: no prefix, and buffers that are no weights.
BOOST_AUTO_TEST_CASE(gpt2_as_it_was_released) {
  scratch_folder folder;
  changed_checkpoint c("gpt2"), bare = c;
  for (const auto& [name, t] : c.tensors) bare.rename(name, name.substr(std::string("transformer.").size()));
  bare.tensors["h.0.attn.bias"] = {{1, 1, 2, 2}, {1, 0, 1, 1}};
  bare.write(folder / "model.safetensors"), bare.write_config(folder.path);
  const auto a = pretrained::read<tiny_gpt2>(folder.path), b = pretrained::read<tiny_gpt2>(checkpoint_of("gpt2"));
  BOOST_TEST(std::memcmp(a.get(), b.get(), sizeof *a) == 0);
}
