// tests/train/checkpoint_training.cpp: a trainer to a file and back: training goes on as if nothing had happened.
#define BOOST_TEST_MODULE train_checkpoint_training
#include <boost/test/unit_test.hpp>
#include <krait/train/checkpoint.hpp>
#include <map>

#include "../data/files.hpp"
#include "../scratch_folder.hpp"
#include "tiny.hpp"
using namespace krait;
using namespace krait::train;
using namespace krait::testing;
using test::says;

namespace {

const text_set texts(some_pairs(12), tiny_length);

/// Five steps more, with and without a file in between, and on another number of threads.
template <class Precision> void goes_on_from_a_file() {
  scratch_folder here;
  using trainer_type = text_trainer<tiny_transformer, brisk, Precision>;
  trainer_type through(1, 2);
  take_steps(through, texts, 0, 4, 0.01);
  write_trainer(here / "t", {{"step", "4"}}, through);
  take_steps(through, texts, 4, 9, 0.01);
  trainer_type again(7, 1);
  take_steps(again, texts, 0, 2, 0.01);  // moments that must go
  BOOST_TEST(read_trainer(here / "t", again).at("step") == "4");
  again.restored(4);
  take_steps(again, texts, 4, 9, 0.01);
  BOOST_TEST((state_of_training(again) == state_of_training(through)));
}
}  // namespace

BOOST_AUTO_TEST_CASE(training_goes_on_from_a_file) {
  goes_on_from_a_file<optim::fp32>();
  goes_on_from_a_file<optim::bf16>();
  goes_on_from_a_file<optim::bf16_master>();
}

BOOST_AUTO_TEST_CASE(a_trainers_file_names_its_moments) {
  scratch_folder here;
  text_trainer<tiny_transformer> t(1, 1);
  write_trainer(here / "t", {}, t);
  const data::safetensors file(here / "t");
  for (const char* name : {"weights.norm_f.weight", "m.norm_f.weight", "v.norm_f.weight"}) BOOST_TEST(file.has(name));
  text_trainer<tiny_transformer, optim::sgd<>> other(1, 1);
  BOOST_CHECK_EXCEPTION(read_trainer(here / "t", other), data_error, says("has no tensor velocity.embedding.weight"));
}

// Whole: the other run's weights to the bit, and fresh moments, also where the model computes in another type.
BOOST_AUTO_TEST_CASE(a_training_starts_from_another_runs_weights) {
  scratch_folder here;
  text_trainer<tiny_mamba> other(1, 1);
  take_steps(other, texts, 0, 3, 0.01);
  write_checkpoint(here / "w", {}, part{"", other.master()});
  text_trainer<tiny_mamba> t(2, 2);
  take_steps(t, texts, 0, 2, 0.01);  // moments that must go
  BOOST_TEST(!start_from(here / "w", t).empty());
  other.reset_optimizer();
  BOOST_TEST((state_of_training(t) == state_of_training(other)));
  take_steps(t, texts, 0, 2, 0.01);
  take_steps(other, texts, 0, 2, 0.01);
  BOOST_TEST((state_of_training(t) == state_of_training(other)));

  text_trainer<tiny_mamba, brisk, optim::bf16_master> rounded(2, 1);
  const std::string before = bits_of(rounded.current());
  start_from(here / "w", rounded);
  BOOST_TEST((bits_of(rounded.current()) != before));
}

// By name: layer 0 alone differs from the initialisation, and the file may be a deeper model's and hold more.
BOOST_AUTO_TEST_CASE(a_training_starts_from_some_of_another_runs_weights) {
  scratch_folder here;
  using deeper = model::language_model<256, model::mamba_stack<3, mamba_config{.d_model = tiny_width, .d_state = 4}>,
                                       rms_norm<tiny_width>>;
  text_trainer<deeper> other(1, 1);
  write_checkpoint(here / "w", {}, part{"", other.master()});
  text_trainer<tiny_mamba> t(2, 1);
  const text_trainer<tiny_mamba> first(2, 1);
  const auto taken = start_from(here / "w", t, {"layers.0.*"});
  std::map<std::string, std::vector<float>> given, initial;
  const auto into = [](auto& all) {
    return [&](const std::string& name, const auto& w) { all[name].assign(w.values().begin(), w.values().end()); };
  };
  for_each_tensor(other.current(), into(given));
  for_each_tensor(first.current(), into(initial));
  std::size_t of_layer = 0;
  for_each_tensor(t.current(), [&](const std::string& name, const auto& w) {
    const std::vector<float> now(w.values().begin(), w.values().end());
    const bool mine = name.starts_with("layers.0.");
    of_layer += mine;
    BOOST_TEST((now == (mine ? given : initial)[name]), name);
  });
  BOOST_TEST(taken.size() == of_layer);
  BOOST_TEST((given["layers.0.mixer.in_proj.weight"] != initial["layers.0.mixer.in_proj.weight"]));
}

BOOST_AUTO_TEST_CASE(weights_that_do_not_fit_are_refused_and_change_nothing) {
  scratch_folder here;
  text_trainer<tiny_transformer> other(1, 1);
  write_checkpoint(here / "w", {}, part{"", other.master()});
  text_trainer<tiny_mamba> t(2, 1);
  const std::string before = state_of_training(t);
  const auto refused = [&](const std::vector<std::string>& patterns, const std::string& words) {
    BOOST_CHECK_EXCEPTION(start_from(here / "w", t, patterns), data_error, says(words));
    BOOST_TEST((state_of_training(t) == before));
  };
  refused({"embedding.*", "layer.1.mixer.A_*"}, "No tensor of this model is called layer.1.mixer.A_*, to be read from");
  refused({"layer.1.mixer.A_*"}, "near are layers.1.mixer.A_log, layers.0.mixer.A_log");
  refused({"norm.weight"}, "near are norm_f.weight, ");
  refused({}, "has no tensor layers.0.norm.weight of shape (16),");
  refused({"*weight"}, "has no tensor layers.0.norm.weight of shape (16),");
  write_checkpoint(here / "w", {}, part{"layers.1.mixer", other.master().norm_f});
  refused({"layers.1.mixer.A_log"}, "has no tensor layers.1.mixer.A_log of shape (32, 4)");
  write_checkpoint(here / "w", {}, part{"norm_f", other.master().embedding});
  refused({"norm*"}, "has norm_f.weight of shape (256, 16) where this model has (16);");
}
