// tests/pretrained/checkpoints.hpp: tiny checkpoints of oracles/hugging_face, as they are and changed.
#pragma once
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <krait/kernel/reference.hpp>
#include <krait/pretrained/generate.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/pretrained/write.hpp>
#include <krait/pretrained/writer.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "../oracle.hpp"
#include "../scratch_folder.hpp"
#include "../testing.hpp"

namespace krait::testing {

inline std::filesystem::path checkpoint_of(const std::string& family) {
  return std::filesystem::path(KRAIT_ORACLES_DIR) / "hugging_face" / family;
}
inline constexpr double as_transformers = 1e-4;  // relative to the greatest logit, in fp32

/// Logits of whole texts, (sequences, length, vocabulary).
template <class Model, int Count = 2, int Length = 12>
std::vector<float> logits_of(const typename Model::template weights<float>& w, const std::vector<double>& tokens) {
  constexpr capacity cap{Count, Length};
  using saved_type = typename Model::template saved<float, cap>;
  const std::vector<std::int32_t> text(tokens.begin(), tokens.end());
  const sequences of{Count, Length};
  const auto saved = make_heap<saved_type>();
  table<float, Model::out> logits(of);
  Model::forward(on<backend::cpu>(), w, ids{text.data(), of}, logits.out(), *saved);
  return logits.values();
}

/// transformers' logits, by whole passes and by pieces, and its 64 greedy tokens.
template <class Model, int Length = 80> void computes_as_transformers(const std::string& family) {
  const auto w = pretrained::read<Model>(checkpoint_of(family));
  const oracle expected("hugging_face/" + family + "/expected");
  const auto tokens = expected["tokens"], logits = expected["logits"], greedy = expected["greedy"];
  BOOST_TEST(worst(logits_of<Model>(*w, tokens), logits) <= as_transformers);

  pretrained::writer<Model, Length, 8> writer(*w);
  for (int s = 0; s < 2; ++s) {
    const std::vector<std::int32_t> text(tokens.begin() + s * 12, tokens.begin() + (s + 1) * 12);
    const std::vector<double> last(logits.begin() + (s * 12 + 11) * Model::out,
                                   logits.begin() + (s + 1) * 12 * Model::out);
    for (const std::vector<int>& pieces : {std::vector<int>{12}, {7, 5}, {2, 1, 9}, std::vector<int>(12, 1)}) {
      writer.forget();
      auto rest = std::span<const std::int32_t>(text);
      for (const int n : pieces) {
        writer.read(rest.first(static_cast<std::size_t>(n)));
        rest = rest.subspan(static_cast<std::size_t>(n));
      }
      BOOST_TEST_CONTEXT("text " << s << ", first piece " << pieces.front())
      BOOST_TEST(worst(writer.next(), last) <= as_transformers);
    }
    writer.forget();
    writer.read(std::span(text).first(5));
    const auto written = pretrained::write_on(writer, {.tokens = 64}, {}, [](std::int32_t) { return true; });
    const std::vector<double> wanted(greedy.begin() + s * 64, greedy.begin() + (s + 1) * 64);
    BOOST_TEST(written == wanted, boost::test_tools::per_element());
  }
}

/// The same by the reference backend in double, which compiles in no time: whole passes, and the greedy tokens by steps
/// from the state that a pass over 5 tokens left. (How the CPU's layers follow it is tested in layer/.)
template <class Model> void reference_computes_as_transformers(const std::string& family) {
  const auto w = pretrained::read<Model, double>(checkpoint_of(family));
  const oracle expected("hugging_face/" + family + "/expected");
  const auto tokens = expected["tokens"], greedy = expected["greedy"];
  auto& backend = on<backend::reference>();
  using saved_type = typename Model::template saved<double, capacity{2, 12}>;
  using state_type = typename Model::template state<double, capacity{2, 80}>;
  const auto saved = make_heap<saved_type>();
  const auto state = make_heap<state_type>();
  const sequences whole{2, 12}, prompt{2, 5}, one{2, 1};
  const std::vector<std::int32_t> text(tokens.begin(), tokens.end());
  table<double, Model::out> logits(whole), read(prompt), next(one);
  Model::forward(backend, *w, ids{text.data(), whole}, logits.out(), *saved);
  BOOST_TEST(worst(logits.values(), expected["logits"]) <= as_transformers);

  std::vector<std::int32_t> beginnings(text.begin(), text.begin() + 5), now(2);
  beginnings.insert(beginnings.end(), text.begin() + 12, text.begin() + 17);
  Model::forward(backend, *w, ids{beginnings.data(), prompt}, read.out(), *saved, static_cast<state_type*>(nullptr),
                 state.get());
  std::vector<double> written(128);
  for (int i = 0; i < 64; ++i) {
    for (int s = 0; s < 2; ++s) {
      const double* row = i ? next.in()[s] : read.in()[s * 5 + 4];
      now[static_cast<std::size_t>(s)] = static_cast<std::int32_t>(std::max_element(row, row + Model::out) - row);
      written[static_cast<std::size_t>(s * 64 + i)] = now[static_cast<std::size_t>(s)];
    }
    Model::step(backend, *w, ids{now.data(), one}, next.out(), *state);
  }
  BOOST_TEST(written == greedy, boost::test_tools::per_element());
}

/// A checkpoint in memory, to be changed and written.
struct changed_checkpoint {
  struct tensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };
  std::map<std::string, tensor> tensors;
  nlohmann::json config;

  explicit changed_checkpoint(const std::string& family) {
    const data::safetensors from(checkpoint_of(family) / "model.safetensors");
    for (const auto& [name, a] : from.arrays()) tensors[name] = {a.shape, from.values<float>(name)};
    config = nlohmann::json::parse(text_of(checkpoint_of(family) / "config.json"));
  }
  void rename(const std::string& from, const std::string& to) {
    auto node = tensors.extract(from);
    BOOST_REQUIRE(!node.empty());
    node.key() = to;
    tensors.insert(std::move(node));
  }
  void write_config(const std::filesystem::path& folder) const {
    std::ofstream(folder / "config.json") << config.dump();
  }
  /// Writes the tensors that `in` takes, as scalars of type S.
  template <class S = float>
  void write(const std::filesystem::path& file, const std::function<bool(const std::string&)>& in = {}) const {
    data::safetensors_writer to;
    std::map<std::string, std::vector<S>> kept;
    for (const auto& [name, t] : tensors)
      if (!in || in(name)) {
        for (const float x : t.values) kept[name].push_back(scalar<S>(x));
        to.add(name, t.shape, std::span<const S>(kept[name]));
      }
    to.write(file);
  }
  template <class S> static S scalar(float x) {
    if constexpr (std::is_same_v<S, data::float16>)
      return half(x);
    else
      return S(x);
  }
  /// Normal numbers of half precision, cut off.
  static data::float16 half(float x) {
    const auto bits = std::bit_cast<std::uint32_t>(x);
    const int exponent = static_cast<int>(bits >> 23 & 0xFF) - 112;
    if (exponent <= 0) return {static_cast<std::uint16_t>(bits >> 16 & 0x8000)};
    return {static_cast<std::uint16_t>((bits >> 16 & 0x8000) | static_cast<std::uint32_t>(exponent) << 10 |
                                       (bits >> 13 & 0x3FF))};
  }
};

/// What is written is what transformers wrote: the same tensors, the same type, the same weights when read again.
template <class Model> void is_written_as_transformers_writes(const std::string& family) {
  const auto w = pretrained::read<Model>(checkpoint_of(family));
  scratch_folder scratch;
  const auto folder = scratch / "new" / "folder";
  pretrained::write<Model, float>(folder, *w);
  const data::safetensors ours(folder / "model.safetensors"), theirs(checkpoint_of(family) / "model.safetensors");
  BOOST_TEST(ours.arrays().size() == theirs.arrays().size());
  for (const auto& [name, a] : theirs.arrays()) {
    BOOST_REQUIRE_MESSAGE(ours.has(name), name);
    BOOST_TEST(ours.at(name).shape == a.shape, boost::test_tools::per_element());
    BOOST_TEST((ours.values<float>(name) == theirs.values<float>(name)), name);
  }
  BOOST_TEST(pretrained::type_text(pretrained::read_description(folder)) ==
             pretrained::type_text(pretrained::read_description(checkpoint_of(family))));
  const auto again = pretrained::read<Model>(folder);
  BOOST_TEST(std::memcmp(again.get(), w.get(), sizeof *w) == 0);
}

}  // namespace krait::testing
