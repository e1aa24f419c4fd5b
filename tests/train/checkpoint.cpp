// tests/train/checkpoint.cpp: weights to a file and back to the bit; files of other models and broken ones.
#define BOOST_TEST_MODULE train_checkpoint
#include <boost/test/unit_test.hpp>
#include <krait/core/atomic_file.hpp>
#include <krait/train/checkpoint.hpp>
#include <limits>

#include "../data/files.hpp"
#include "../oracle.hpp"
#include "../scratch_folder.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;
using test::says;

namespace {

using small = model::language_model<16, model::mamba_stack<2, mamba_config{.d_model = 8, .d_state = 4}>, rms_norm<8>>;
using wider = model::language_model<16, model::mamba_stack<2, mamba_config{.d_model = 8, .d_state = 5}>, rms_norm<8>>;
using deeper = model::language_model<16, model::mamba_stack<3, mamba_config{.d_model = 8, .d_state = 4}>, rms_norm<8>>;
template <class Model, class T = float> using weights_of = typename Model::template weights<T>;

template <class Model, class T = float> heap<weights_of<Model, T>> initialised(std::uint64_t seed) {
  auto w = make_heap<weights_of<Model, T>>();
  const auto first = make_heap<weights_of<Model>>();
  initialiser at(seed);
  Model::initialise(*first, at);
  std::ranges::copy(flat<float>(*first), flat<T>(*w).begin());
  return w;
}

}  // namespace

BOOST_AUTO_TEST_CASE(weights_come_back_to_the_bit) {
  scratch_folder here;
  const auto written = initialised<small>(1), read = initialised<small>(2);
  written->norm_f.weight[1] = std::bit_cast<float>(0x7FC0BEEFu);  // a NaN with something to say
  written->norm_f.weight[2] = -0.f;
  written->norm_f.weight[3] = std::numeric_limits<float>::denorm_min();
  write_checkpoint(here / "w", {{"note", "x"}}, part{"", *written});
  const auto metadata = read_checkpoint(here / "w", part{"", *read});
  BOOST_TEST((bits_of(*read) == bits_of(*written)));
  BOOST_TEST((metadata == data::safetensors_metadata{{"note", "x"}}));
  BOOST_TEST(!std::filesystem::exists(here / "w.tmp"));
}

BOOST_AUTO_TEST_CASE(several_parts_and_scalars) {
  scratch_folder here;
  const auto a = initialised<small>(1), b = initialised<small>(2);
  const auto half = initialised<small, bfloat16>(3);
  write_checkpoint(here / "w", {}, part{"a", *a}, part{"b.c", *b}, part{"half", *half});
  const data::safetensors file(here / "w");
  BOOST_TEST(file.has("a.layers.1.mixer.in_proj.weight"));
  BOOST_TEST((file.at("b.c.layers.0.mixer.A_log").shape == std::vector<std::int64_t>{16, 4}));
  BOOST_TEST(file.at("half.norm_f.weight").dtype == "BF16");
  const auto a2 = initialised<small>(4), b2 = initialised<small>(4);
  const auto half2 = initialised<small, bfloat16>(4);
  read_checkpoint(here / "w", part{"half", *half2}, part{"a", *a2}, part{"b.c", *b2});
  BOOST_TEST((bits_of(*a2) == bits_of(*a)));
  BOOST_TEST((bits_of(*b2) == bits_of(*b)));
  BOOST_TEST((bits_of(*half2) == bits_of(*half)));
  // bf16 to float and back is exact.
  write_checkpoint(here / "half", {}, part{"", *half});
  const auto wide = initialised<small>(5);
  read_checkpoint(here / "half", part{"", *wide});
  write_checkpoint(here / "wide", {}, part{"", *wide});
  read_checkpoint(here / "wide", part{"", *half2});
  BOOST_TEST((bits_of(*half2) == bits_of(*half)));
}

// A file that Python wrote has the names and shapes of this model.
BOOST_AUTO_TEST_CASE(a_file_of_another_writer) {
  const auto w = initialised<small>(1);
  read_checkpoint(std::filesystem::path(KRAIT_ORACLES_DIR) / "mamba_lm_checkpoint.safetensors", part{"", *w});
  const oracle o("mamba_lm");
  for_each_tensor(*w, [&](const std::string& name, const auto& t) {
    BOOST_TEST((std::vector<double>(t.values().begin(), t.values().end()) == o[name]), name);
  });
}

BOOST_AUTO_TEST_CASE(files_of_another_model_are_refused_and_change_nothing) {
  scratch_folder here;
  const auto w = initialised<small>(1);
  const std::string before = bits_of(*w);
  const auto refused = [&](const char* name, const std::string& words) {
    BOOST_CHECK_EXCEPTION(read_checkpoint(here / name, part{"", *w}), data_error, says(words));
    BOOST_CHECK_EXCEPTION(read_checkpoint(here / name, part{"", *w}), data_error,
                          says((here / name).string() + " has"));
    BOOST_TEST((bits_of(*w) == before));
  };
  write_checkpoint(here / "wider", {}, part{"", *initialised<wider>(1)});
  refused("wider", "layers.0.mixer.x_proj.weight of shape (11, 16) where this model has (9, 16);");
  write_checkpoint(here / "deeper", {}, part{"", *initialised<deeper>(1)});
  refused("deeper", "has a tensor layers.2.");
  refused("deeper", "where this model has none;");
  write_checkpoint(here / "prefixed", {}, part{"weights", *w});
  refused("prefixed", "has no tensor embedding.weight of shape (16, 8),");
  const auto deep = initialised<deeper>(1);
  write_checkpoint(here / "small", {}, part{"", *w});
  BOOST_CHECK_EXCEPTION(read_checkpoint(here / "small", part{"", *deep}), data_error, says("has no tensor layers.2."));
  // The same numbers in another shape.
  std::string text = text_of(here / "small");
  const std::string from = "\"shape\":[16,8]", to = "\"shape\":[8,16]";
  text.replace(text.find(from), from.size(), to);
  write_file(here / "turned", text);
  refused("turned", "of shape (8, 16) where this model has (16, 8);");
}

// The last tensor of the file is of a type that is not read: nothing before it may have been taken.
BOOST_AUTO_TEST_CASE(all_is_checked_before_anything_is_taken) {
  scratch_folder here;
  const auto w = initialised<small>(1);
  write_checkpoint(here / "w", {}, part{"", *initialised<small, bfloat16>(2)});
  std::string text = text_of(here / "w");
  const auto last = text.find("\"norm_f.weight\"");
  const auto kind = text.rfind("BF16", text.find('}', last));
  text.replace(kind, 4, "I16\"").replace(kind + 4, 1, " ");  // "I16" and a blank for the quote
  write_file(here / "w", text);
  const std::string before = bits_of(*w);
  BOOST_CHECK_EXCEPTION(read_checkpoint(here / "w", part{"", *w}), data_error,
                        says("norm_f.weight in the unread type I16;"));
  BOOST_TEST((bits_of(*w) == before));
}

BOOST_AUTO_TEST_CASE(cut_and_missing_files) {
  scratch_folder here;
  const auto w = initialised<small>(1);
  const std::string before = bits_of(*w);
  write_checkpoint(here / "w", {}, part{"", *w});
  const std::string text = text_of(here / "w");
  for (const std::size_t size : {std::size_t{0}, std::size_t{7}, std::size_t{100}, text.size() / 2, text.size() - 1}) {
    write_file(here / "cut", text.substr(0, size));
    BOOST_CHECK_EXCEPTION(read_checkpoint(here / "cut", part{"", *w}), data_error,
                          says("is no whole safetensors file"));
  }
  BOOST_CHECK_EXCEPTION(read_checkpoint(here / "no", part{"", *w}), file_error, says("is missing or may not be read"));
  BOOST_TEST((bits_of(*w) == before));
}
