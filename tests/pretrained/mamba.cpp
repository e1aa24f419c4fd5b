// tests/pretrained/mamba.cpp: Mamba checkpoints in all their forms, against transformers; what broken ones are told.
#define BOOST_TEST_MODULE pretrained_mamba
#include <fcntl.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <krait/model/presets.hpp>
#include <krait/pretrained/program.hpp>
#include <krait/pretrained/read.hpp>
#include <krait/pretrained/score.hpp>

#include "checkpoints.hpp"
using namespace krait;
using namespace krait::testing;

namespace {

using tiny = model::language_model<48, model::mamba_stack<2, mamba_config{.d_model = 16, .d_state = 4, .dt_rank = 3}>,
                                   rms_norm<16>>;
constexpr const char* tiny_text =
    "model::language_model<48, model::mamba_stack<2, mamba_config{.d_model = 16, .d_state = 4, .dt_rank = 3}>, "
    "rms_norm<16>>";

std::vector<float> flat_values(const tiny::weights<float>& w) {
  std::vector<float> all;
  for_each_value(w, [&](const auto& t) { all.insert(all.end(), t.values().begin(), t.values().end()); });
  return all;
}
/// The sentence of the error, without the folder's name.
std::string refused(const scratch_folder& folder) {
  std::string text = sentence_of<error>([&] { pretrained::read<tiny>(folder.path); });
  for (std::size_t at; (at = text.find(folder.path.string())) != std::string::npos;)
    text.replace(at, folder.path.string().size(), "F");
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(as_transformers_computes) { computes_as_transformers<tiny>("mamba"); }
BOOST_AUTO_TEST_CASE(as_transformers_writes) { is_written_as_transformers_writes<tiny>("mamba"); }

BOOST_AUTO_TEST_CASE(all_forms_give_the_same_weights) {
  const auto plain = flat_values(*pretrained::read<tiny>(checkpoint_of("mamba")));
  const auto equal = [&](const scratch_folder& folder) {
    BOOST_TEST(flat_values(*pretrained::read<tiny>(folder.path)) == plain, boost::test_tools::per_element());
  };
  {  // state-spaces' dialect: a vocabulary to be padded, the tied head written out
    scratch_folder folder;
    changed_checkpoint c("mamba");
    c.rename("backbone.embeddings.weight", "backbone.embedding.weight");
    c.tensors["lm_head.weight"] = c.tensors["backbone.embedding.weight"];
    c.config = {{"d_model", 16},
                {"n_layer", 2},
                {"vocab_size", 43},
                {"rms_norm", true},
                {"fused_add_norm", true},
                {"ssm_cfg", {{"d_state", 4}, {"dt_rank", 3}}},
                {"pad_vocab_size_multiple", 8}};
    c.write(folder / "model.safetensors"), c.write_config(folder.path);
    equal(folder);
  }
  {  // shards; the embedding under the head's name; transformers 5's keys
    scratch_folder folder;
    changed_checkpoint c("mamba");
    c.rename("backbone.embeddings.weight", "lm_head.weight");
    c.config["dtype"] = "float32", c.config["expand"] = 7;  // intermediate_size is what counts
    c.config["time_step_max"] = {{"__float__", "Infinity"}};
    const auto early = [](const std::string& name) { return name < "backbone.layers.1"; };
    nlohmann::json index = {{"metadata", {{"total_size", 1}}}};
    for (const auto& [name, t] : c.tensors) index["weight_map"][name] = early(name) ? "a.safetensors" : "b.safetensors";
    c.write(folder / "a.safetensors", early), c.write(folder / "b.safetensors", std::not_fn(early));
    c.write_config(folder.path);
    std::ofstream(folder / "model.safetensors.index.json") << index.dump();
    equal(folder);
    std::filesystem::remove(folder / "b.safetensors");
    BOOST_TEST(refused(folder) ==
               "F/model.safetensors.index.json lists the shard b.safetensors, which is missing; fetch it too.");
    for (const char* outside : {"../a.safetensors", "/etc/passwd", "x/a.safetensors", ".."}) {
      index["weight_map"]["lm_head.weight"] = outside;
      std::ofstream(folder / "model.safetensors.index.json") << index.dump();
      BOOST_TEST(contains(refused(folder), "which is not beside it; a shard's name has no folder."));
    }
  }
  {  // a bare model, without its first prefix
    scratch_folder folder;
    changed_checkpoint c("mamba"), bare = c;
    for (const auto& [name, t] : c.tensors) bare.rename(name, name.substr(std::string("backbone.").size()));
    bare.write(folder / "model.safetensors"), bare.write_config(folder.path);
    equal(folder);
  }
}

BOOST_AUTO_TEST_CASE(half_precision_is_converted) {
  const auto plain = flat_values(*pretrained::read<tiny>(checkpoint_of("mamba")));
  const auto near = [&]<class S>(S, double allowed) {
    scratch_folder folder;
    changed_checkpoint c("mamba");
    c.write<S>(folder / "model.safetensors"), c.write_config(folder.path);
    const auto read = flat_values(*pretrained::read<tiny>(folder.path));
    double off = 0;
    for (std::size_t i = 0; i < plain.size(); ++i)
      off = std::max(off, std::abs(double(read[i]) - double(plain[i])) / std::max(0.1, std::abs(double(plain[i]))));
    BOOST_TEST(off <= allowed);
    BOOST_TEST(off > allowed / 4);  // it was half precision indeed
  };
  near(bfloat16{}, 0x1p-8);
  near(data::float16{}, 1.01 * 0x1p-10);
}

BOOST_AUTO_TEST_CASE(another_model_is_told_what_to_write) {
  const auto with = [](const std::function<void(changed_checkpoint&)>& change) {
    scratch_folder folder;
    changed_checkpoint c("mamba");
    change(c);
    c.write(folder / "model.safetensors"), c.write_config(folder.path);
    return refused(folder);
  };
  BOOST_TEST(with([](auto&) {}) == "");
  BOOST_TEST(
      with([](auto& c) {
        c.config["num_hidden_layers"] = 24, c.config["hidden_size"] = 768, c.config["intermediate_size"] = 1536;
      }) ==
      "F/config.json has num_hidden_layers = 24 where this program's model has layers = 2, and hidden_size = 768 "
      "where this program's model has d_model = 16; write model::language_model<48, model::mamba_stack<24, "
      "mamba_config{.d_model = 768, .d_state = 4, .dt_rank = 3}>, rms_norm<768>>.");
  BOOST_TEST(contains(with([](auto& c) { c.config["layer_norm_epsilon"] = 1e-6; }), "rms_norm_config{1e-06f}"));
  BOOST_TEST(with([](auto& c) { c.config["use_bias"] = true; }) ==
             "F/config.json has use_bias = true, which krait's layers do not do; choose another checkpoint.");
  BOOST_TEST(with([](auto& c) { c.config["hidden_size"] = "16"; }) ==
             "F/config.json has a hidden_size that is no number; fetch it again.");
  BOOST_TEST(with([](auto& c) { c.config.erase("vocab_size"); }) ==
             "F/config.json has no vocab_size, which says the model's shape; fetch it again.");
  BOOST_TEST(contains(with([](auto& c) { c.config["model_type"] = "rwkv"; }), "of type \"rwkv\""));
  BOOST_TEST(with([](auto& c) { c.tensors.erase("backbone.layers.1.mixer.A_log"); }) ==
             "F has no tensor backbone.layers.1.mixer.A_log, which this model's layers.1.mixer.A_log is read from; "
             "fetch the whole checkpoint, or choose the model that it belongs to.");
  BOOST_TEST(with([](auto& c) { c.tensors.erase("backbone.embeddings.weight"); }) ==
             "F has no tensor backbone.embeddings.weight, which this model's embedding.weight is read from; fetch the "
             "whole checkpoint, or choose the model that it belongs to.");
  BOOST_TEST(with([](auto& c) {
               c.tensors["backbone.norm_f.weight"] = {{15}, std::vector<float>(15)};
             }) ==
             "F has backbone.norm_f.weight of shape (15), which does not fit this model's norm_f.weight of shape (16); "
             "choose the model that it belongs to.");
  BOOST_TEST(with([](auto& c) {
               std::swap(c.tensors["backbone.layers.0.mixer.in_proj.weight"].shape[0],
                         c.tensors["backbone.layers.0.mixer.in_proj.weight"].shape[1]);
             }).starts_with("F has backbone.layers.0.mixer.in_proj.weight of shape (16, 64), which does not fit"));
  BOOST_TEST(contains(with([](auto& c) {
                        c.tensors["extra.weight"] = {{1}, {1}};
                      }),
                      "has a tensor extra.weight of shape (1), for which this model has no place"));
  BOOST_TEST(contains(with([](auto& c) {
                        c.tensors["lm_head.weight"] = c.tensors["backbone.embeddings.weight"];
                        c.tensors["lm_head.weight"].values[5] += 1;
                      }),
                      "has a lm_head.weight that differs from backbone.embeddings.weight"));
  scratch_folder empty;
  changed_checkpoint("mamba").write_config(empty.path);
  BOOST_TEST(contains(refused(empty), "has neither model.safetensors nor model.safetensors.index.json; fetch"));
  std::ofstream(empty / "pytorch_model.bin") << "x";
  BOOST_TEST(contains(refused(empty), "safe_serialization=True"));
  BOOST_TEST(pretrained::type_text(pretrained::describe<tiny>()) == tiny_text);
}

// 40 broken files: each an error of krait's, none a crash.
BOOST_AUTO_TEST_CASE(broken_files_are_refused) {
  const std::string weights = text_of(checkpoint_of("mamba") / "model.safetensors"),
                    config = text_of(checkpoint_of("mamba") / "config.json");
  scratch_folder folder;
  const auto put = [&](const char* name, const std::string& text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  };
  int thrown = 0;
  for (std::uint64_t i = 0; i < 20; ++i) {
    put("config.json", config);
    put("model.safetensors", weights.substr(0, integer({5, stream("cut"), i}, weights.size())));
    thrown += !refused(folder).empty();
    put("model.safetensors", weights);
    put("config.json", config.substr(0, integer({6, stream("cut"), i}, config.size() - 2)));
    thrown += !refused(folder).empty();
  }
  BOOST_TEST(thrown == 40);
  put("config.json", config);
  for (std::uint64_t i = 0; i < 60; ++i) {  // letters of the header changed: another number, or an error
    std::string other = weights;
    other[8 + integer({7, stream("change"), i}, 2000)] = static_cast<char>(integer({8, stream("change"), i}, 256));
    put("model.safetensors", other);
    refused(folder);
  }
}

BOOST_AUTO_TEST_CASE(tokens_are_drawn) {
  const std::vector<float> logits = {1, 3, 2, 0, 3};
  const auto shares = [&](pretrained::sampling how) {
    std::vector<double> of(5);
    for (std::uint64_t i = 0; i < 20000; ++i)
      of[static_cast<std::size_t>(pretrained::choose(logits, {}, how, {9, stream("test"), i}))] += 1 / 20000.;
    return of;
  };
  const auto near = [](const std::vector<double>& found, const std::vector<double>& weights) {
    double sum = 0;
    for (const double w : weights) sum += w;
    for (std::size_t i = 0; i < found.size(); ++i)
      BOOST_TEST(std::abs(found[i] - weights[i] / sum) < 4 * std::sqrt(.25 / 20000));
  };
  BOOST_TEST(pretrained::choose(logits, {}, {}, {}) == 1);
  BOOST_TEST(pretrained::choose(logits, std::vector<std::int32_t>{1}, {.repetition_penalty = 2}, {}) == 4);
  near(shares({.temperature = 1}), {std::exp(1.), std::exp(3.), std::exp(2.), 1, std::exp(3.)});
  near(shares({.temperature = 2}), {std::exp(.5), std::exp(1.5), std::exp(1.), 1, std::exp(1.5)});
  near(shares({.temperature = 1, .top_k = 1}), {0, 1, 0, 0, 0});
  near(shares({.temperature = 1, .top_k = 3}), {0, std::exp(3.), std::exp(2.), 0, std::exp(3.)});
  // Probabilities .05, .39, .14, .02, .39: two of them reach .78, not .79.
  near(shares({.temperature = 1, .top_p = .79}), {0, std::exp(3.), std::exp(2.), 0, std::exp(3.)});
  near(shares({.temperature = 1, .top_p = .78}), {0, 1, 0, 0, 1});
  near(shares({.temperature = 1, .top_p = .1}), {0, 1, 0, 0, 0});
  const auto refused = [&](pretrained::sampling how) {
    return sentence_of<option_error>([&] { pretrained::choose(logits, {}, how, {}); });
  };
  BOOST_TEST(refused({.temperature = -1}) == "The temperature is -1.000000; it must be 0 or more.");
  BOOST_TEST(contains(refused({.top_p = 0}), "above 0 and at most 1"));
  BOOST_TEST(contains(refused({.top_k = -1}), "top_k"));
  BOOST_CHECK_THROW(pretrained::choose(std::vector<float>{1, NAN}, {}, {}, {}), number_error);
  BOOST_CHECK_THROW(pretrained::choose({}, {}, {}, {}), option_error);
}

// Against the logits of transformers; windows that slide count every token once, the first behind what came before it.
BOOST_AUTO_TEST_CASE(texts_are_scored) {
  const auto w = pretrained::read<tiny>(checkpoint_of("mamba"));
  pretrained::writer<tiny, 16, 5> writer(*w);
  const oracle expected("hugging_face/mamba/expected");
  const auto tokens = expected["tokens"], logits = expected["logits"];
  const std::vector<std::int32_t> text(tokens.begin(), tokens.begin() + 12);
  const auto found = pretrained::log_likelihoods(writer, text);
  BOOST_REQUIRE(found.size() == 11u);
  double sum = 0;
  for (std::size_t i = 0; i < 11; ++i) {
    double total = 0;
    for (std::size_t v = 0; v < 48; ++v) total += std::exp(logits[i * 48 + v]);
    const double wanted = logits[i * 48 + static_cast<std::size_t>(text[i + 1])] - std::log(total);
    BOOST_TEST(std::abs(found[i] - wanted) < 1e-4);
    sum += wanted;
  }
  BOOST_TEST(std::abs(pretrained::perplexity(found) / std::exp(-sum / 11) - 1) < 1e-4);

  BOOST_TEST(pretrained::sliding_log_likelihoods(writer, text, 12, 3) == found, boost::test_tools::per_element());
  const auto slid = pretrained::sliding_log_likelihoods(writer, text, 6, 4);  // tokens 0-5, 4-9, 8-11
  BOOST_REQUIRE(slid.size() == 11u);
  const auto part = [&](std::size_t first, std::size_t count) {
    return pretrained::log_likelihoods(writer, std::span(text).subspan(first, count));
  };
  const auto a = part(0, 6), b = part(4, 6), c = part(8, 4);
  const std::vector<double> wanted = {a[0], a[1], a[2], a[3], a[4], b[1], b[2], b[3], b[4], c[1], c[2]};
  BOOST_TEST(slid == wanted, boost::test_tools::per_element());
  BOOST_TEST(pretrained::log_likelihoods(writer, std::span(text).first(1)).empty());
  BOOST_CHECK_THROW(pretrained::perplexity({}), data_error);
  BOOST_CHECK_THROW(pretrained::sliding_log_likelihoods(writer, text, 4, 4), option_error);
}

// Text from text: streamed pieces are the whole, a state that was kept goes on as it would have, draws have addresses.
BOOST_AUTO_TEST_CASE(a_prompt_becomes_text) {
  const auto w = pretrained::read<tiny>(checkpoint_of("mamba"));
  pretrained::writer<tiny> writer(*w);
  nlohmann::json json = {{"decoder", {{"type", "Fuse"}}},
                         {"model", {{"type", "BPE"}, {"merges", nlohmann::json::array()}}}};
  for (int i = 0; i < 48; ++i) json["model"]["vocab"][std::string(1, static_cast<char>('A' + i))] = i;
  const auto tokens = tokenizer::pipeline::parse(json.dump());
  std::vector<std::string> pieces;
  const auto write = [&](const std::string& prompt, pretrained::generation g) {
    pieces.clear();
    return pretrained::complete(writer, tokens, prompt, g, [&](const std::string& p) { pieces.push_back(p); });
  };
  const std::string text = write("HELLO", {.tokens = 20});
  BOOST_TEST(text.size() == 20u);
  BOOST_TEST(pieces.size() == 20u);
  BOOST_TEST(std::accumulate(pieces.begin(), pieces.end(), std::string()) == text);
  BOOST_TEST(write("HELLO" + text.substr(0, 6), {.tokens = 14}) == text.substr(6));
  BOOST_TEST(write("HELLO", {.tokens = 20, .ends = {text[7] - 'A'}}) == text.substr(0, text.find(text[7])));
  BOOST_TEST(write("HELLO", {.tokens = 20, .stops = {text.substr(9, 3), "zz"}}) ==
             text.substr(0, text.find(text.substr(9, 3))));
  const pretrained::generation drawn{.tokens = 20, .how = {.temperature = 1}, .seed = 3};
  const std::string first = write("HELLO", drawn);
  BOOST_TEST(write("HELLO", drawn) == first);
  BOOST_TEST((write("HELLO", {.tokens = 20, .how = {.temperature = 1}, .seed = 4}) != first));
  BOOST_CHECK_THROW(write("", {}), data_error);
  BOOST_CHECK_THROW(write("HELLO", {.how = {.top_p = 2}}), option_error);

  const std::vector<std::int32_t> read = {3, 1, 4, 1, 5};
  writer.forget();
  BOOST_TEST(writer.next().empty());
  writer.read(read);
  const auto kept = writer.keep();
  const auto on = [&] { return pretrained::write_on(writer, drawn, {}, [](std::int32_t) { return true; }); };
  const auto once = on();
  BOOST_TEST(writer.length() == 24);
  writer.resume(kept);
  BOOST_TEST(writer.length() == 5);
  BOOST_TEST(on() == once, boost::test_tools::per_element());
  BOOST_CHECK_THROW(writer.read(std::vector<std::int32_t>{48}), data_error);
}

// The command on files: what is asked for, what is refused, and an exit code.
BOOST_AUTO_TEST_CASE(a_file_is_scored) {
  scratch_folder folder;
  std::filesystem::copy(checkpoint_of("mamba"), folder.path, std::filesystem::copy_options::recursive);
  nlohmann::json json = {{"model", {{"type", "BPE"}, {"merges", nlohmann::json::array()}}}};
  for (int i = 0; i < 48; ++i) json["model"]["vocab"][std::string(1, static_cast<char>('A' + i))] = i;
  std::ofstream(folder / "tokenizer.json") << json.dump();
  std::ofstream(folder / "text") << "HELLOWORLDANDALL";
  const auto score = [&](std::vector<std::string> words) {
    std::vector<const char*> argv = {"perplexity", "--model", folder.path.c_str()};
    for (const auto& w : words) argv.push_back(w.c_str());
    return pretrained::score_file<tiny>(static_cast<int>(argv.size()), argv.data());
  };
  const auto printed = [&](std::vector<std::string> words) {
    std::fflush(stdout);
    const int before = ::dup(1), to = ::open((folder / "said").c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    ::dup2(to, 1);
    const int code = score(words);
    std::fflush(stdout);
    ::dup2(before, 1), ::close(to), ::close(before);
    BOOST_TEST(code == 0);
    return text_of(folder / "said");
  };
  const std::string text = folder / "text";
  const auto w = pretrained::read<tiny>(folder.path);
  pretrained::writer<tiny> writer(*w);
  std::vector<std::int32_t> ids;
  for (const char c : text_of(text)) ids.push_back(c - 'A');
  const double whole = pretrained::perplexity(pretrained::log_likelihoods(writer, ids)),
               slid = pretrained::perplexity(pretrained::sliding_log_likelihoods(writer, ids, 6, 3));
  BOOST_TEST(printed({"--text", text}) ==
             fmt::format("tokens          16 in 16 bytes; the first is only read\nnats a token    {:.4f}\n"
                         "perplexity      {:.4f}\nbits a byte     {:.4f}\n",
                         std::log(whole), whole, std::log2(whole) * 15 / 16));
  BOOST_TEST(printed({"--text", text, "--window", "6"}).find(fmt::format("perplexity      {:.4f}", slid)) !=
             std::string::npos);
  BOOST_TEST(whole != slid);
  BOOST_TEST(score({"--text", text, "--stride", "3"}) != 0);
  BOOST_TEST(score({"--text", text, "--window", "6", "--stride", "6"}) != 0);
  BOOST_TEST(score({"--text", folder / "none"}) != 0);
  BOOST_TEST(score({}) != 0);
}
