// tests/pretrained/stories.cpp: a trained model, where KRAIT_DATA has it (models/stories260K): in the form of
// transformers, it writes the text that its authors published, token for token.
#define BOOST_TEST_MODULE pretrained_stories
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <krait/data/compressed.hpp>
#include <krait/data/safetensors.hpp>
#include <krait/model/released.hpp>
#include <krait/pretrained/generate.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/pretrained/writer.hpp>
#include <nlohmann/json.hpp>

#include "../scratch_folder.hpp"
#include "tests/data/files.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

constexpr int d = 64, hidden = 172, layers = 5, heads = 8, kv = 4, vocabulary = 512, head = d / heads;

/// The floats of llama2.c's file one after another, named as transformers names them; that file turns numbers 2 i and
/// 2 i + 1 of a head together, transformers i and i + 4.
struct llama2_c {
  std::vector<float> floats;
  std::map<std::string, std::pair<std::vector<std::int64_t>, std::vector<float>>> tensors;
  std::size_t at = 0;

  explicit llama2_c(const std::string& file) : floats((file.size() - 28) / 4) {
    std::int32_t header[7];
    std::memcpy(header, file.data(), 28);
    const std::vector<std::int32_t> wanted = {d, hidden, layers, heads, kv, vocabulary, 512};
    BOOST_REQUIRE(std::equal(wanted.begin(), wanted.end(), header));
    std::memcpy(floats.data(), file.data() + 28, floats.size() * 4);
    take("model.embed_tokens.weight", {vocabulary, d});
    each("input_layernorm.weight", {d});
    each("self_attn.q_proj.weight", {d, d}, true);
    each("self_attn.k_proj.weight", {kv * head, d}, true);
    each("self_attn.v_proj.weight", {kv * head, d});
    each("self_attn.o_proj.weight", {d, d});
    each("post_attention_layernorm.weight", {d});
    each("mlp.gate_proj.weight", {hidden, d});
    each("mlp.down_proj.weight", {d, hidden});
    each("mlp.up_proj.weight", {hidden, d});
    take("model.norm.weight", {d});
    BOOST_REQUIRE(at + 512 * head == floats.size());  // behind them the angles
  }
  void each(const std::string& name, std::vector<std::int64_t> shape, bool turned = false) {
    for (int i = 0; i < layers; ++i) take("model.layers." + std::to_string(i) + "." + name, shape, turned);
  }
  void take(const std::string& name, std::vector<std::int64_t> shape, bool turned = false) {
    std::size_t size = 1;
    for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
    std::vector<float> values(floats.begin() + static_cast<std::ptrdiff_t>(at),
                              floats.begin() + static_cast<std::ptrdiff_t>(at + size));
    at += size;
    if (turned) {
      const auto from = values;
      for (std::size_t row = 0; row < size / d; ++row) {
        const std::size_t i = row % head, to = row - i + (i % 2 ? head / 2 : 0) + i / 2;
        std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(row * d), d,
                    values.begin() + static_cast<std::ptrdiff_t>(to * d));
      }
    }
    tensors[name] = {std::move(shape), std::move(values)};
  }
};

/// tok512.bin: the longest token's length; then for each its score, its length and its bytes.
std::vector<std::string> tokens_of(const std::string& file) {
  std::vector<std::string> tokens;
  for (std::size_t at = 4; at < file.size();) {
    std::int32_t length;
    std::memcpy(&length, file.data() + at + 4, 4);
    tokens.push_back(file.substr(at + 8, static_cast<std::size_t>(length)));
    at += 8 + static_cast<std::size_t>(length);
  }
  return tokens;
}
/// As run.c prints them: no space before the first word, <0x0A> is a byte.
std::string text_of(const std::vector<std::int32_t>& ids, const std::vector<std::string>& tokens) {
  std::string text;
  for (const std::int32_t id : ids) {
    const std::string& token = tokens[static_cast<std::size_t>(id)];
    text += token.starts_with("<0x") ? std::string(1, static_cast<char>(std::stoi(token.substr(3, 2), nullptr, 16)))
                                     : token;
  }
  return text.starts_with(" ") ? text.substr(1) : text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_published_story, *boost::unit_test::precondition(test::needs("models/stories260K"))) {
  const auto from = test::real_data() / "models" / "stories260K";
  const llama2_c model_file(data::read_file(from / "stories260K.bin"));
  scratch_folder folder;
  data::safetensors_writer writer_of_file;
  for (const auto& [name, t] : model_file.tensors) writer_of_file.add(name, t.first, std::span<const float>(t.second));
  writer_of_file.write(folder / "model.safetensors");
  std::ofstream(folder / "config.json") << nlohmann::json{
      {"model_type", "llama"},       {"vocab_size", vocabulary},     {"hidden_size", d},
      {"num_hidden_layers", layers}, {"num_attention_heads", heads}, {"num_key_value_heads", kv},
      {"intermediate_size", hidden}, {"rms_norm_eps", 1e-5},         {"tie_word_embeddings", true}};
  const auto w = pretrained::read<model::stories260k>(folder.path);
  pretrained::writer<model::stories260k, 512> writer(*w);
  writer.read(std::vector<std::int32_t>{1});
  const auto written =
      pretrained::write_on(writer, {.tokens = 256, .ends = {1}}, {}, [](std::int32_t) { return true; });
  const std::string told = text_of(written, tokens_of(data::read_file(from / "tok512.bin")));

  const std::string page = data::read_file(from / "stories260K.md");
  const std::size_t begin = page.find("Once upon a time"), end = page.find("\n```", begin);
  BOOST_TEST(told == page.substr(begin, end - begin));
  BOOST_TEST(written.size() > 200u);
}
